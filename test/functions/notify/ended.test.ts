// A run has ended: everyone is told how, once, whatever happens twice, late or in between.

import { expect, test } from 'vitest'
import { notify } from '../../../functions/notify/index.ts'
import type { CloudEvent } from '../../../shared/events/cloudevent.ts'
import { TYPE } from '../../../shared/events/contract.ts'
import { taskRuns } from '../../../shared/kubernetes/resources.ts'
import { LABEL } from '../../../shared/remediation/marks.ts'
import type { Services } from '../../../shared/runtime/function.ts'
import { changed, ended, eventOf } from '../../kit/events.ts'
import { dyingAfter } from '../../kit/hook.ts'
import { registered } from '../../kit/playbooks.ts'
import { startReceiver, type TestReceiver } from '../../kit/receiver.ts'
import { analysis, begin, finish, readRun, removeRun } from '../../kit/remediations.ts'
import { repair, sweepOnce } from '../../kit/repair.ts'
import { type Stage, startStage, TENANT } from '../../kit/stage.ts'

const MINUTE = 60_000

interface Scene {
  readonly stage: Stage
  readonly receiver: TestReceiver
  readonly run: string
  readonly tell: (event: CloudEvent, services?: Services) => Promise<CloudEvent | undefined>
}

/** A run is under way, and somebody wants to know of its end. */
async function scene(play: (scene: Scene) => Promise<void>, options = {}): Promise<void> {
  await using receiver = await startReceiver()
  await using stage = await startStage({ env: receiver.env, ...options })
  await registered(stage, 'scale', { cooldown: '0' })
  const { run } = await begin(stage, 'a', analysis('scale'))
  const tell = (event: CloudEvent, services = stage.services) => notify.create(services)(event)
  await play({ stage, receiver, run, tell })
}

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

test('a receiver that is down is told later by the sweep, and then no more', () =>
  scene(async ({ stage, receiver, run, tell }) => {
    receiver.answer(503)
    const reply = await tell(ended(await finish(stage, run)))
    expect(reply?.type).toBe(TYPE.succeeded)
    receiver.answer(204)

    stage.clock.advance(2 * MINUTE)
    await repair(stage)
    await repair(stage)

    expect(receiver.taken.map(event => event.id)).toEqual([reply?.id])
    expect(await sweepOnce(stage)).toEqual([])
  }))

test('a receiver that says no for good is not asked again', () =>
  scene(async ({ stage, receiver, run, tell }) => {
    receiver.answer(410)
    await tell(ended(await finish(stage, run)))
    stage.clock.advance(2 * MINUTE)
    await repair(stage)
    expect(receiver.asked()).toBe(1)
  }))

test('a receiver that says nothing does not hold the sender', () =>
  scene(
    async ({ stage, receiver, run, tell }) => {
      receiver.answer('silence')
      expect(await tell(ended(await finish(stage, run)))).toMatchObject({ type: TYPE.succeeded })
      expect(receiver.taken).toEqual([])
      receiver.answer(204)
      await stage.services.background.idle()
      expect(receiver.taken).toHaveLength(1)
    },
    { patienceMs: 30 },
  ))

test.each([0, 1, 2, 3, 4, 5, 6])(
  'a telling that dies after %i calls is told by the sweep, under one id',
  calls =>
    scene(async ({ stage, receiver, run, tell }) => {
      const event = ended(await finish(stage, run))
      const dying = stage.replica({ kubernetes: dyingAfter(stage.kubernetes, calls) })
      await tell(event, dying).catch(error => expect(String(error)).toContain('died'))

      stage.clock.advance(2 * MINUTE)
      await repair(stage)
      await repair(stage)

      expect(new Set(receiver.taken.map(each => each.id)).size).toBe(1)
      expect((await readRun(stage, run)).metadata.labels).toMatchObject({ [LABEL.told]: 'yes' })
    }),
)

test('a run that was deleted is told once as cancelled', () =>
  scene(async ({ stage, receiver, run, tell }) => {
    const event = changed(await readRun(stage, run), TYPE.objectDeleted)
    await removeRun(stage, run)

    const replies = [await tell(event), await tell(event)]

    expect(replies[0]).toMatchObject({ type: TYPE.cancelled, data: { outcome: { reason: 'Deleted' } } })
    expect(replies[1]?.id).toBe(replies[0]?.id)
    expect(receiver.taken).toHaveLength(1)
  }))

test('a deleted run is told later when nobody could be told at once', () =>
  scene(async ({ stage, receiver, run }) => {
    await removeRun(stage, run)
    stage.clock.advance(MINUTE)
    receiver.answer(503)
    await repair(stage)
    receiver.answer(204)

    stage.clock.advance(2 * MINUTE)
    await repair(stage)
    stage.clock.advance(2 * MINUTE)
    await repair(stage)

    expect(receiver.taken).toMatchObject([{ type: TYPE.cancelled, subject: run }])
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
