// Which tasks start, which are skipped and what the run then says: a table over pipelines and what happened to them.

import { expect, test } from 'vitest'
import type { Facts, Outcome, TaskState } from '../../../local/tekton/facts.ts'
import { dependenciesOf, findGraphFault } from '../../../local/tekton/graph.ts'
import type { PipelineSpec, PipelineTask } from '../../../local/tekton/pipeline.ts'
import { planTasks } from '../../../local/tekton/plan.ts'
import { verdictOf } from '../../../local/tekton/status.ts'

const NO_TIMEOUT = { pipeline: false, tasks: false, finally: false }

function facts(
  spec: PipelineSpec,
  states: Record<string, Outcome | TaskState>,
  more: Partial<Facts> = {},
): Facts {
  const entries = Object.entries(states).map(([name, state]): [string, TaskState] => [
    name,
    typeof state === 'string' ? { outcome: state } : state,
  ])
  return { spec, states: new Map(entries), timedOut: NO_TIMEOUT, ...more }
}

function look(given: Facts) {
  const plan = planTasks(given)
  const { status, reason, message } = verdictOf('run', given, plan)
  return {
    ready: plan.ready.map(({ name }) => name),
    skipped: Object.fromEntries(plan.skipped),
    says: `${status} ${reason}: ${message}`,
  }
}

const CHAIN: PipelineSpec = {
  tasks: [{ name: 'a' }, { name: 'b', runAfter: ['a'] }, { name: 'c', runAfter: ['b'] }],
}
const CLEANED: PipelineSpec = { tasks: [{ name: 'a' }], finally: [{ name: 'z' }] }
const FORK: PipelineSpec = { tasks: [{ name: 'a' }, { name: 'b' }] }
const USER: PipelineTask = { name: 'b', params: [{ name: 'p', value: '$(tasks.a.results.r)' }] }
const RESULT: PipelineSpec = { tasks: [{ name: 'a' }, USER] }

const running = (done: number, open: number, skipped = 0, failed = 0) =>
  `Tasks Completed: ${done} (Failed: ${failed}, Cancelled 0), Incomplete: ${open}, Skipped: ${skipped}`

test.each<[string, Facts, string[], string]>([
  ['nothing yet', facts(CHAIN, {}), ['a'], `Unknown Running: ${running(0, 3)}`],
  ['one done', facts(CHAIN, { a: 'succeeded' }), ['b'], `Unknown Running: ${running(1, 2)}`],
  ['waiting', facts(CHAIN, { a: 'running' }), [], `Unknown Running: ${running(0, 3)}`],
  ['two at once', facts(FORK, {}), ['a', 'b'], `Unknown Running: ${running(0, 2)}`],
  [
    'all done',
    facts(FORK, { a: 'succeeded', b: 'succeeded' }),
    [],
    'True Succeeded: Tasks Completed: 2 (Failed: 0, Cancelled 0), Skipped: 0',
  ],
  [
    'a failure stops what follows',
    facts(CHAIN, { a: 'failed' }),
    [],
    'False Failed: Tasks Completed: 1 (Failed: 1, Cancelled 0), Skipped: 2',
  ],
  [
    'a failure waits for what runs',
    facts(FORK, { a: 'failed', b: 'running' }),
    [],
    `Unknown PipelineRunStopping: ${running(1, 1, 0, 1)}`,
  ],
  ['finally after success', facts(CLEANED, { a: 'succeeded' }), ['z'], `Unknown Running: ${running(1, 1)}`],
  [
    'finally after failure',
    facts(CLEANED, { a: 'failed' }),
    ['z'],
    `Unknown Running: ${running(1, 1, 0, 1)}`,
  ],
  [
    'finally succeeds, the run failed',
    facts(CLEANED, { a: 'failed', z: 'succeeded' }),
    [],
    'False Failed: Tasks Completed: 2 (Failed: 1, Cancelled 0), Skipped: 0',
  ],
  [
    'an ignored failure',
    facts({ tasks: [{ name: 'a', onError: 'continue' }] }, { a: 'failed' }),
    [],
    'True Succeeded: Tasks Completed: 1 (Failed: 1 (Ignored: 1), Cancelled 0), Skipped: 0',
  ],
  [
    'gracefully cancelled, finally to come',
    facts(CLEANED, { a: 'cancelled' }, { specStatus: 'CancelledRunFinally' }),
    ['z'],
    'Unknown CancelledRunningFinally: Tasks Completed: 1 (Failed: 0, Cancelled 1), Incomplete: 1, Skipped: 0',
  ],
  [
    'gracefully stopped and ended',
    facts(CLEANED, { a: 'succeeded', z: 'succeeded' }, { specStatus: 'StoppedRunFinally' }),
    [],
    'False Cancelled: PipelineRun "run" was cancelled',
  ],
  [
    'a cancelled task',
    facts(FORK, { a: 'cancelled', b: 'succeeded' }),
    [],
    'False Cancelled: Tasks Completed: 2 (Failed: 0, Cancelled 1), Skipped: 0',
  ],
  [
    'out of time',
    facts(FORK, { a: 'timedOut' }, { timedOut: { ...NO_TIMEOUT, tasks: true } }),
    [],
    'False Failed: Tasks Completed: 1 (Failed: 1, Cancelled 0), Skipped: 1',
  ],
])('%s', (_, given, ready, says) => {
  expect(look(given)).toMatchObject({ ready, says })
})

test('a result orders tasks and reaches the one who asks for it', () => {
  expect(look(facts(RESULT, {})).ready).toEqual(['a'])
  const done = facts(RESULT, { a: { outcome: 'succeeded', results: { r: 'hello' } } })
  expect(planTasks(done).ready[0]?.params).toEqual([{ name: 'p', value: 'hello' }])
})

test('a result that was not written fails the run, in words that name it', () => {
  const message =
    'Tasks Completed: 1 (Failed: 0, Cancelled 0), Skipped: 0, Failed Validation: 1 ' +
    '(task "a" completed successfully but did not emit the result "r", which is referenced by task "b")'
  expect(look(facts(RESULT, { a: 'succeeded' })).says).toBe(`False PipelineValidationFailed: ${message}`)
})

test.each([
  [{ input: 'x', operator: 'in', values: ['x', 'y'] }, true],
  [{ input: 'z', operator: 'in', values: ['x', 'y'] }, false],
  [{ input: 'x', operator: 'notin', values: ['x'] }, false],
  [{ input: 'z', operator: 'notin', values: ['x'] }, true],
  [{ input: '$(tasks.a.results.r)', operator: 'in', values: ['hello'] }, true],
])('when %o', (when, runs) => {
  const spec = { tasks: [{ name: 'a' }, { name: 'b', runAfter: ['a'], when: [when] }] }
  const given = facts(spec, { a: { outcome: 'succeeded', results: { r: 'hello' } } })
  const skipped = { b: 'When Expressions evaluated to false' }
  const says = 'True Completed: Tasks Completed: 1 (Failed: 0, Cancelled 0), Skipped: 1'
  expect(look(given)).toMatchObject(runs ? { ready: ['b'], skipped: {} } : { ready: [], skipped, says })
})

test('a task skipped by its own condition lets the next in order run, but not the one that needs its result', () => {
  const no = [{ input: 'a', operator: 'in', values: ['b'] }]
  const spec = { tasks: [{ name: 'a', when: no }, { name: 'next', runAfter: ['a'] }, USER] }
  const { ready, skipped } = look(facts(spec, {}))
  expect(ready).toEqual(['next'])
  expect(skipped).toEqual({ a: 'When Expressions evaluated to false', b: 'Results were missing' })
})

test('a child of a task skipped for another reason is skipped with it', () => {
  const no = [{ input: 'a', operator: 'in', values: ['b'] }]
  const spec = { tasks: [{ name: 'a', when: no }, USER, { name: 'c', runAfter: ['b'] }] }
  expect(look(facts(spec, {})).skipped).toMatchObject({ c: 'Parent Tasks were skipped' })
})

test('finally tasks may ask how the others ended', () => {
  const last = {
    name: 'z',
    params: [{ name: 'p', value: '$(tasks.a.status) $(tasks.status) $(tasks.a.reason)' }],
  }
  const given = facts(
    { tasks: [{ name: 'a' }], finally: [last] },
    { a: { outcome: 'failed', reason: 'StepFailed' } },
  )
  expect(planTasks(given).ready[0]?.params?.[0]?.value).toBe('Failed Failed StepFailed')
})

test('a cancelled run starts nothing', () => {
  expect(look(facts(CHAIN, {}, { specStatus: 'Cancelled' })).ready).toEqual([])
})

test.each<[string, PipelineTask[], string | undefined]>([
  ['a chain', [{ name: 'b', runAfter: ['a'] }, { name: 'a' }], undefined],
  [
    'a circle',
    [
      { name: 'a', runAfter: ['b'] },
      { name: 'b', runAfter: ['a'] },
    ],
    'cycle detected; task "a" depends on "b"',
  ],
  ['itself', [{ name: 'a', runAfter: ['a'] }], 'cycle detected; task "a" depends on "a"'],
  [
    'nobody',
    [{ name: 'a', runAfter: ['b'] }],
    "couldn't add link between a and b: task a depends on b but b wasn't present in Pipeline",
  ],
  [
    'a namesake',
    [{ name: 'a' }, { name: 'a' }],
    "task a is already present in Graph, can't add it again: duplicate pipeline task",
  ],
])('the order of %s', (_, tasks, fault) => {
  expect(findGraphFault(tasks, dependenciesOf(tasks))).toBe(fault)
})
