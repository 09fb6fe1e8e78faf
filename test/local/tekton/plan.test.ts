// Which tasks start, which are skipped and what the run then says: a table over pipelines and what happened to them.

import { expect, test } from 'vitest'
import type { Facts } from '../../../local/tekton/facts.ts'
import type { PipelineSpec } from '../../../local/tekton/pipeline.ts'
import { facts, look, NO_TIMEOUT } from './facts.ts'

const CHAIN: PipelineSpec = {
  tasks: [{ name: 'a' }, { name: 'b', runAfter: ['a'] }, { name: 'c', runAfter: ['b'] }],
}
const CLEANED: PipelineSpec = { tasks: [{ name: 'a' }], finally: [{ name: 'z' }] }
const FORK: PipelineSpec = { tasks: [{ name: 'a' }, { name: 'b' }] }

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

test('a cancelled run starts nothing', () => {
  expect(look(facts(CHAIN, {}, { specStatus: 'Cancelled' })).ready).toEqual([])
})
