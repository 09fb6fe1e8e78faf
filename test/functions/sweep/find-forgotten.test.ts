// Which events a sweep posts: each kind of forgotten one, and each reason to leave it.

import { describe, expect, test } from 'vitest'
import { findForgotten } from '../../../functions/sweep/find-forgotten.ts'
import type { Open } from '../../../functions/sweep/gather.ts'
import { readyCondition } from '../../../shared/playbook/playbook.ts'
import { at, heldBy, JUST_NOW, lock, NOW, nothing, playbook, run } from './open.ts'

const RUN = `rem-${'c'.repeat(40)}`
const OTHER = `rem-${'e'.repeat(40)}`

/** Type and subject of each event. */
function forgotten(open: Partial<Open>): string[] {
  return findForgotten({ ...nothing, ...open }, NOW).map(({ type, subject }) => `${type} ${subject}`)
}

const PLAYBOOK_PATH = '/apis/playbook.kubernaut.io/v1alpha1/namespaces/sre/playbooks/scale-down'
const RUN_PATH = `/apis/tekton.dev/v1/namespaces/sre/pipelineruns/${RUN}`
const playbookUpdated = `dev.knative.apiserver.resource.update ${PLAYBOOK_PATH}`
const runUpdated = `dev.knative.apiserver.resource.update ${RUN_PATH}`

test('nothing open is nothing to post', () => {
  expect(findForgotten(nothing, NOW)).toEqual([])
})

describe('a Playbook', () => {
  const bare = (({ status: _, ...rest }) => rest)(playbook())
  const condition = readyCondition(playbook())
  test.each<[string, Open['playbooks'][number], string[]]>([
    ['that nobody looked at', bare, [playbookUpdated]],
    ['whose newest generation nobody looked at', playbook({ generation: 2 }), [playbookUpdated]],
    [
      'whose registry was down: its condition is of this generation, but it was not observed',
      {
        ...playbook({ generation: 2 }),
        status: {
          observedGeneration: 1,
          conditions: [{ type: 'Ready', status: 'Unknown', observedGeneration: 2 }],
        },
      },
      [playbookUpdated],
    ],
    [
      'whose condition is of an older generation',
      {
        ...playbook({ generation: 2 }),
        status: { observedGeneration: 2, conditions: condition === undefined ? [] : [condition] },
      },
      [playbookUpdated],
    ],
    ['that was judged', playbook(), []],
    [
      'that was made just now',
      { ...bare, metadata: { ...bare.metadata, creationTimestamp: at(JUST_NOW) } },
      [],
    ],
  ])('%s', (_, each, expected) => {
    expect(forgotten({ playbooks: [each] })).toEqual(expected)
  })
})

describe('a run that has ended', () => {
  test.each<[string, Partial<Open>, string[]]>([
    [
      'still has its lock',
      { unsettled: [run({ reason: 'Succeeded' })] },
      [`dev.tekton.event.pipelinerun.successful.v1 ${RUN}`],
    ],
    [
      'was told to nobody',
      { untold: [run({ reason: 'Failed' })] },
      [`dev.tekton.event.pipelinerun.failed.v1 ${RUN}`],
    ],
    [
      'was cancelled, which Tekton tells as a failure',
      { untold: [run({ reason: 'Cancelled' })] },
      [`dev.tekton.event.pipelinerun.failed.v1 ${RUN}`],
    ],
    [
      'both: one event will do',
      { unsettled: [run({ reason: 'Failed' })], untold: [run({ reason: 'Failed' })] },
      [`dev.tekton.event.pipelinerun.failed.v1 ${RUN}`],
    ],
    [
      'was denied while it waited',
      { unsettled: [run({ reason: 'Cancelled', waiting: 'approval' })] },
      [`dev.tekton.event.pipelinerun.failed.v1 ${RUN}`],
    ],
    ['ended just now', { unsettled: [run({ reason: 'Failed', endedAt: JUST_NOW })] }, []],
    ['still runs', { unsettled: [run()], untold: [run()] }, []],
  ])('%s', (_, open, expected) => {
    expect(forgotten(open)).toEqual(expected)
  })
})

describe('a run that waits', () => {
  const queued = run({ waiting: 'queue', pending: true })
  test.each<[string, Partial<Open>, string[]]>([
    ['for a target that nobody ever had', { unsettled: [queued] }, [runUpdated]],
    ['for a target that is free', { unsettled: [queued], locks: [lock()] }, [runUpdated]],
    [
      'for a target that has rested',
      { unsettled: [queued], locks: [lock({ restsUntil: NOW })] },
      [runUpdated],
    ],
    ['with the lock, and was not let go', { unsettled: [queued], locks: [heldBy()] }, [runUpdated]],
    [
      'with a time that is no number',
      { unsettled: [run({ waiting: 'queue', pending: true, queuedAt: 'soon' })] },
      [runUpdated],
    ],
    ['but was let go by hand', { unsettled: [run({ waiting: 'queue' })] }, [runUpdated]],
    ['for an approval, and was let go', { unsettled: [run({ waiting: 'approval' })] }, [runUpdated]],
    ['for a target that rests', { unsettled: [queued], locks: [lock({ restsUntil: NOW + 1 })] }, []],
    ['for an approval', { unsettled: [run({ waiting: 'approval', pending: true })], locks: [lock()] }, []],
    [
      'since just now',
      { unsettled: [run({ waiting: 'queue', pending: true, queuedAt: JUST_NOW })], locks: [lock()] },
      [],
    ],
  ])('%s', (_, open, expected) => {
    expect(forgotten(open)).toEqual(expected)
  })

  test('while another run has the target', () => {
    const holder = { ...run(), metadata: { ...run().metadata, name: OTHER, uid: 'uid-of-other' } }
    expect(
      forgotten({ unsettled: [queued, holder], locks: [heldBy(OTHER, { uid: 'uid-of-other' })] }),
    ).toEqual([])
  })
})

describe('a lock', () => {
  const gone = `dev.knative.apiserver.resource.delete ${RUN_PATH}`
  const changed = `dev.knative.apiserver.resource.update ${RUN_PATH}`
  test.each<[string, Partial<Open>, string[]]>([
    ['whose holder was deleted', { locks: [heldBy(RUN, { uid: 'u' })] }, [gone]],
    ['whose holder was never made', { locks: [heldBy()] }, [gone]],
    [
      'whose holder is of another namespace',
      { locks: [heldBy(RUN, { namespace: 'team' })], unsettled: [run()] },
      [gone.replace('/sre/', '/team/')],
    ],
    ['whose holder lives', { locks: [heldBy(RUN, { uid: 'u' })], unsettled: [run()] }, []],
    ['that does not say which run its holder is', { locks: [heldBy()], unsettled: [run()] }, [changed]],
    ['that does not say it yet', { locks: [heldBy(RUN, { since: JUST_NOW })], unsettled: [run()] }, []],
    ['whose holder is pending', { locks: [heldBy()], unsettled: [run({ pending: true })] }, []],
    ['that was taken just now', { locks: [heldBy(RUN, { since: JUST_NOW })] }, []],
    ['that is free', { locks: [lock()] }, []],
  ])('%s', (_, open, expected) => {
    expect(forgotten(open)).toEqual(expected)
  })
})
