// What results, conditions and the order of tasks let run, skip or refuse.

import { expect, test } from 'vitest'
import { dependenciesOf, findGraphFault } from '../../../local/tekton/graph.ts'
import type { PipelineSpec, PipelineTask } from '../../../local/tekton/pipeline.ts'
import { planTasks } from '../../../local/tekton/plan.ts'
import { facts, look } from './facts.ts'

const USER: PipelineTask = { name: 'b', params: [{ name: 'p', value: '$(tasks.a.results.r)' }] }
const RESULT: PipelineSpec = { tasks: [{ name: 'a' }, USER] }

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
