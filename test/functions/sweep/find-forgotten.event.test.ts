// The events that a sweep posts: in the shape, and with ids, as if they had been sent in time.

import { describe, expect, test } from 'vitest'
import { findForgotten } from '../../../functions/sweep/find-forgotten.ts'
import type { Open } from '../../../functions/sweep/gather.ts'
import { heldBy, LONG_AGO, lock, NOW, nothing, playbook, run } from './open.ts'

const RUN = `rem-${'c'.repeat(40)}`
const OTHER = `rem-${'e'.repeat(40)}`

function only(open: Partial<Open>) {
  const [event, ...others] = findForgotten({ ...nothing, ...open }, NOW)
  if (event === undefined || others.length > 0) throw new Error(`${others.length + 1} events`)
  return event
}

describe('an event is posted as it would have been sent', () => {
  test('by ApiServerSource, with the attributes that Triggers filter on', () => {
    const queued = run({ waiting: 'queue', pending: true })
    expect(only({ unsettled: [queued] })).toMatchObject({
      specversion: '1.0',
      source: '/playbook-functions/sweep',
      apiversion: 'tekton.dev/v1',
      kind: 'PipelineRun',
      name: RUN,
      namespace: 'sre',
      data: { ...queued, apiVersion: 'tekton.dev/v1', kind: 'PipelineRun' },
    })
  })

  test('by Tekton, with the run in its data', () => {
    const ended = run({ reason: 'Failed' })
    expect(only({ untold: [ended] })).toMatchObject({ subject: RUN, data: { pipelineRun: ended } })
  })

  test('about a run that is gone, with all that is known of it', () => {
    expect(only({ locks: [heldBy(RUN, { uid: 'u' })] }).data).toMatchObject({
      kind: 'PipelineRun',
      metadata: { namespace: 'sre', name: RUN, uid: 'u' },
    })
  })
})

describe('ids', () => {
  const open: Open = {
    ...nothing,
    playbooks: [playbook({ generation: 2 })],
    unsettled: [run({ waiting: 'queue', pending: true })],
    untold: [{ ...run({ reason: 'Failed' }), metadata: { ...run().metadata, uid: 'uid-of-ended' } }],
    locks: [
      lock(),
      heldBy(OTHER),
      heldBy(`rem-${'f'.repeat(40)}`),
      heldBy(`rem-${'0'.repeat(40)}`, { uid: 'u' }),
    ],
  }
  const ids = (each: Open, now = NOW) => findForgotten(each, now).map(event => event.id)

  test('are the same for the same state, whenever the sweep comes by', () => {
    expect(ids(open, NOW + 3_600_000)).toEqual(ids(open))
    expect(ids(structuredClone(open))).toEqual(ids(open))
  })

  test('are different for different events, also of runs that were never made', () => {
    expect(ids(open)).toHaveLength(6)
    expect(new Set(ids(open)).size).toBe(6)
  })

  test('are others once the object has changed', () => {
    const changed = run({ waiting: 'queue', pending: true })
    const next = { ...changed, metadata: { ...changed.metadata, resourceVersion: '8' } }
    expect(only({ unsettled: [next] }).id).not.toBe(only({ unsettled: [changed] }).id)
  })
})

test('Playbooks come first, then what has ended, what is due, and what is gone', () => {
  const ended = {
    ...run({ reason: 'Failed', endedAt: LONG_AGO }),
    metadata: { ...run().metadata, uid: 'ended' },
  }
  const open = { playbooks: [playbook({ generation: 2 })], untold: [ended] }
  const due = run({ waiting: 'queue', pending: true })
  expect(
    findForgotten({ ...nothing, ...open, unsettled: [due], locks: [lock(), heldBy(OTHER)] }, NOW).map(
      event => event.type,
    ),
  ).toEqual([
    'dev.knative.apiserver.resource.update',
    'dev.tekton.event.pipelinerun.failed.v1',
    'dev.knative.apiserver.resource.update',
    'dev.knative.apiserver.resource.delete',
  ])
})
