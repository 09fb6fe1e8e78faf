// A run has ended: everyone is told how, once, whatever happens twice, late or in between.

import { expect, test } from 'vitest'
import { TYPE } from '../../../shared/events/contract.ts'
import { taskRuns } from '../../../shared/kubernetes/resources.ts'
import { LABEL } from '../../../shared/remediation/marks.ts'
import { changed, ended, eventOf } from '../../kit/events.ts'
import { analysis, begin, finish, readRun, removeRun } from '../../kit/remediations.ts'
import { TENANT } from '../../kit/stage.ts'
import { scene } from './scene.ts'

test.each([
  ['Succeeded', TYPE.succeeded],
  ['Failed', TYPE.failed],
  ['PipelineRunTimeout', TYPE.failed],
  ['Cancelled', TYPE.cancelled],
])('a run that ended with %s is told once as %s, however often it is reported', (reason, type) =>
  scene(async ({ stage, receiver, run, tell }) => {
    const event = ended(await finish(stage, run, reason))

    const replies = [await tell(event), await tell(event), await tell(ended(await readRun(stage, run)))]

    expect(replies[0]).toMatchObject({ type, subject: run, data: { outcome: { reason } } })
    expect(new Set(replies.map(reply => reply?.id)).size).toBe(1)
    expect(receiver.taken).toMatchObject([{ id: replies[0]?.id, type }])
    expect((await readRun(stage, run)).metadata.labels).toMatchObject({ [LABEL.told]: 'yes' })
  }),
)

test('two replicas at once tell it once', () =>
  scene(async ({ stage, receiver, run, tell }) => {
    const event = ended(await finish(stage, run))
    await Promise.all([1, 2, 3, 4].map(() => tell(event, stage.replica())))
    expect(receiver.taken).toHaveLength(1)
  }))

test('one that has not ended is not told, whatever the event says', () =>
  scene(async ({ stage, receiver, run, tell }) => {
    expect(await tell(ended(await readRun(stage, run)))).toBeUndefined()
    expect(receiver.asked()).toBe(0)
  }))

test('one whose end Tekton tells before it writes it down is asked for again, and told then', () =>
  scene(async ({ stage, receiver, run, tell }) => {
    const conditions = [{ type: 'Succeeded', status: 'True' }]
    const early = ended({ ...(await readRun(stage, run)), status: { conditions } })

    await expect(tell(early)).rejects.toMatchObject({ kind: 'unavailable' })
    expect(receiver.asked()).toBe(0)
    await finish(stage, run)
    expect(await tell(early)).toMatchObject({ type: TYPE.succeeded })
    expect(receiver.taken).toHaveLength(1)
  }))

test('one that still waits cannot have ended: who says so is not asked to say it again', () =>
  scene(async ({ stage, receiver, tell }) => {
    const { run } = await begin(stage, 'b', analysis('scale'))
    const conditions = [{ type: 'Succeeded', status: 'True' }]
    const forged = ended({ ...(await readRun(stage, run)), status: { conditions } })
    expect(await tell(forged)).toBeUndefined()
    expect(receiver.asked()).toBe(0)
  }))

test('a failed run is explained from its TaskRuns', () =>
  scene(async ({ stage, receiver, run, tell }) => {
    const labels = { 'tekton.dev/pipelineRun': run, 'tekton.dev/pipelineTask': 'scale' }
    const metadata = { name: `${run}-scale`, namespace: TENANT, labels }
    const conditions = [{ type: 'Succeeded', status: 'False', reason: 'Failed', message: 'step failed' }]
    const terminated = { exitCode: 137, reason: 'OOMKilled' }
    const object = {
      apiVersion: 'tekton.dev/v1',
      kind: 'TaskRun',
      metadata,
      spec: { taskSpec: { steps: [] } },
    }
    await stage.kubernetes.create(taskRuns, object)
    const status = { conditions, steps: [{ name: 'kubectl', terminated }] }
    await stage.kubernetes.patch(taskRuns, metadata, { status }, { subresource: 'status' })

    await tell(ended(await finish(stage, run, 'Failed')))

    const outcome = { class: 'OutOfMemory', task: 'scale', step: 'kubectl', exitCode: 137 }
    expect(receiver.taken).toMatchObject([{ data: { outcome } }])
  }))

test('a run that was deleted is told once as cancelled', () =>
  scene(async ({ stage, receiver, run, tell }) => {
    const event = changed(await readRun(stage, run), TYPE.objectDeleted)
    await removeRun(stage, run)

    const replies = [await tell(event), await tell(event)]

    expect(replies[0]).toMatchObject({ type: TYPE.cancelled, data: { outcome: { reason: 'Deleted' } } })
    expect(replies[1]?.id).toBe(replies[0]?.id)
    expect(receiver.taken).toHaveLength(1)
  }))

test('a deletion that nothing proves is not told', () =>
  scene(async ({ receiver, tell }) => {
    const metadata = { name: `rem-${'0'.repeat(40)}`, namespace: TENANT, uid: 'made-up' }
    expect(await tell(changed({ metadata }, TYPE.objectDeleted))).toBeUndefined()
    expect(receiver.asked()).toBe(0)
  }))

test('the end of a build that is not ours costs no call', () =>
  scene(async ({ stage, tell }) => {
    const before = stage.requests.length
    const data = { pipelineRun: { metadata: { name: 'build-42', namespace: 'ci' } } }
    expect(await tell(eventOf(TYPE.runFailed, data))).toBeUndefined()
    expect(stage.requests).toHaveLength(before)
  }))
