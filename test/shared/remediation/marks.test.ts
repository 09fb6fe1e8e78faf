// By what a run is ours, and what its status says of its end.

import { describe, expect, test } from 'vitest'
import {
  ANNOTATION,
  endingOf,
  isOurs,
  isPending,
  LABEL,
  type PipelineRun,
  type RunStatus,
  runName,
} from '../../../shared/remediation/marks.ts'

const id = 'a'.repeat(40)

function run(status?: RunStatus, metadata: Partial<PipelineRun['metadata']> = {}): PipelineRun {
  return {
    metadata: { name: runName(id), labels: { [LABEL.correlation]: id }, ...metadata },
    spec: { pipelineRef: { resolver: 'bundles', params: [] }, params: [] },
    ...(status === undefined ? {} : { status }),
  }
}

test.each<[string, string, string | undefined]>([
  ['Unknown', 'Running', undefined],
  ['Unknown', 'PipelineRunPending', undefined],
  ['Unknown', 'CancelledRunningFinally', undefined],
  ['True', 'Succeeded', 'succeeded'],
  ['True', 'Completed', 'succeeded'],
  ['False', 'Failed', 'failed'],
  ['False', 'PipelineRunTimeout', 'failed'],
  ['False', 'CouldntGetPipeline', 'failed'],
  ['False', 'Cancelled', 'cancelled'],
  ['False', 'PipelineRunCancelled', 'cancelled'],
  ['False', 'CancelledRunFinally', 'cancelled'],
  ['False', 'StoppedRunFinally', 'cancelled'],
])('Succeeded=%s for %s: %s', (status, reason, finish) => {
  const conditions = [{ type: 'Succeeded', status, reason, message: 'why' }]
  const ending = finish === undefined ? undefined : { finish, reason, message: 'why' }
  expect(endingOf(run({ conditions }))).toEqual(ending)
})

test.each<[string, RunStatus | undefined]>([
  ['no status', undefined],
  ['no conditions', {}],
  ['another condition', { conditions: [{ type: 'Ready', status: 'True' }] }],
])('a run with %s has not ended', (_, status) => {
  expect(endingOf(run(status))).toBeUndefined()
})

test('an end that says nothing of itself is still an end', () => {
  const conditions = [{ type: 'Succeeded', status: 'False' }]
  expect(endingOf(run({ conditions }))).toEqual({ finish: 'failed', reason: 'Unknown', message: '' })
})

describe('a run is ours', () => {
  test.each<[string, PipelineRun, boolean]>([
    ['where name and label are of one remediation', run(), true],
    ['but not where they differ', run(undefined, { labels: { [LABEL.correlation]: 'b'.repeat(40) } }), false],
    ['nor by its name alone', run(undefined, { labels: {} }), false],
    ['nor by its label alone', run(undefined, { name: 'build-7' }), false],
  ])('%s', (_, each, expected) => {
    expect(isOurs(each)).toBe(expected)
  })
})

test('a run is pending while Tekton is told so', () => {
  const { spec } = run()
  expect(isPending({ ...run(), spec: { ...spec, status: 'PipelineRunPending' } })).toBe(true)
  expect(isPending({ ...run(), spec: { ...spec, status: 'Cancelled' } })).toBe(false)
  expect(isPending(run())).toBe(false)
})

test('every mark is a legal key of a label or an annotation, and the name a legal label of its own', () => {
  for (const key of [...Object.values(LABEL), ...Object.values(ANNOTATION)])
    expect(key).toMatch(/^playbook\.kubernaut\.io\/[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/)
  expect(runName(id).length).toBeLessThanOrEqual(63)
})
