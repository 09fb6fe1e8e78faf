// A target that is not free: the playbook says whether to wait, and the deployment how many and how long.

import { describe, expect, test } from 'vitest'
import { notify } from '../../../functions/notify/index.ts'
import type { CloudEvent } from '../../../shared/events/cloudevent.ts'
import { TYPE } from '../../../shared/events/contract.ts'
import { ANNOTATION, LABEL } from '../../../shared/remediation/marks.ts'
import { changed, ended } from '../../kit/events.ts'
import { dyingAfter } from '../../kit/hook.ts'
import { edit } from '../../kit/playbooks.ts'
import { startReceiver } from '../../kit/receiver.ts'
import { analysis, begin, deliver, finish, lockOn, readRun, running, runs } from '../../kit/remediations.ts'
import { repair } from '../../kit/repair.ts'
import { type Stage, startStage } from '../../kit/stage.ts'
import { end, line } from './in-line.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

describe.each([
  ['runs', async () => undefined],
  ['rests', (stage: Stage, first: string) => end(stage, first)],
])('while its target %s', (_, prepare: (stage: Stage, first: string) => Promise<unknown>) => {
  test('a remediation is dropped where its playbook says so: nobody is told, and its event changes nothing later', async () => {
    await using stage = await startStage()
    const [first = ''] = await line(stage, 1, { onBusy: 'drop' })
    await prepare(stage, first)

    const { event, reply, run } = await begin(stage, 'late', analysis('scale'))

    expect(reply).toBeUndefined()
    expect((await lockOn(stage)).turnedAway).toMatchObject([
      { correlationId: run.slice(4), message: expect.stringContaining('Dropped') },
    ])
    stage.clock.advance(HOUR)
    await finish(stage, first)
    await repair(stage)
    expect(await deliver(stage, event)).toBeUndefined()
    expect(await runs(stage)).toHaveLength(1)
  })

  test('a remediation is denied where its playbook says so, and again in the same words', async () => {
    await using stage = await startStage()
    const [first = ''] = await line(stage, 1, { onBusy: 'reject' })
    await prepare(stage, first)

    const { event, reply } = await begin(stage, 'late', analysis('scale'))

    expect(reply).toMatchObject({
      type: TYPE.denied,
      data: { reason: 'TargetBusy', message: /onBusy: reject/ },
    })
    stage.clock.advance(HOUR)
    await edit(stage, 'scale', { onBusy: 'queue' })
    expect(await deliver(stage, event)).toEqual(reply)
    expect(await runs(stage)).toHaveLength(1)
  })
})

test('where all places in line are taken it is denied, and the line is left as it is', async () => {
  await using stage = await startStage({ env: { QUEUE_LENGTH: '2' } })
  await line(stage, 3)

  const { reply } = await begin(stage, 'late', analysis('scale'))

  expect(reply).toMatchObject({ type: TYPE.denied, data: { reason: 'QueueFull' } })
  expect(await runs(stage)).toHaveLength(3)
  expect((await lockOn(stage)).line).toHaveLength(2)
})

async function told(stage: Stage, event: CloudEvent | undefined): Promise<CloudEvent | undefined> {
  return event === undefined ? undefined : notify.create(stage.services)(event)
}

describe('a remediation that has waited for too long', () => {
  test('is denied: cancelled with the reason, out of line, and told once, when Tekton has ended it', async () => {
    await using receiver = await startReceiver()
    await using stage = await startStage({ env: { ...receiver.env, QUEUE_SECONDS: '600' } })
    const [first = '', second = '', third = ''] = await line(stage, 3, { cooldown: '0' })
    stage.clock.advance(9 * MINUTE)
    expect(await repair(stage)).toEqual([])
    stage.clock.advance(2 * MINUTE)

    expect(await repair(stage)).toEqual([])
    const run = await readRun(stage, second)
    expect(run.spec.status).toBe('Cancelled')
    expect(run.metadata.annotations).toMatchObject({
      [ANNOTATION.deniedBy]: 'guard',
      [ANNOTATION.deniedBecause]: expect.stringMatching(/^QueueExpired: It waited/),
    })
    const replies: (CloudEvent | undefined)[] = []
    for (const name of [second, third]) {
      const event = ended(await finish(stage, name, 'Cancelled'))
      expect(await told(stage, event)).toBeUndefined()
      const reply = await deliver(stage, event)
      expect(reply).toMatchObject({
        type: TYPE.denied,
        subject: name,
        data: { reason: 'QueueExpired', run: { name } },
      })
      expect(await deliver(stage, event)).toEqual(reply)
      replies.push(reply)
      for (let times = 0; times < 2; times++) await told(stage, reply)
    }
    expect(receiver.taken.map(({ id }) => id)).toEqual(replies.map(reply => reply?.id))
    expect((await readRun(stage, second)).metadata.labels).toMatchObject({ [LABEL.told]: 'yes' })
    expect(await lockOn(stage)).toMatchObject({ line: [], holder: { name: first } })
  })

  test('is told although the process died after it was cancelled', async () => {
    await using receiver = await startReceiver()
    await using stage = await startStage({ env: { ...receiver.env, QUEUE_SECONDS: '600' } })
    const [, second = ''] = await line(stage, 2, { cooldown: '0' })
    stage.clock.advance(11 * MINUTE)
    const event = changed(await readRun(stage, second))
    // Dies after it has read and cancelled the run.
    const kubernetes = dyingAfter(stage.kubernetes, 2)
    await deliver(stage, event, stage.replica({ kubernetes })).catch(() => undefined)

    await told(stage, await deliver(stage, ended(await finish(stage, second, 'Cancelled'))))

    expect(receiver.taken).toMatchObject([{ type: TYPE.denied, data: { reason: 'QueueExpired' } }])
  })

  test('does not come back, and nothing rests for it', async () => {
    await using stage = await startStage({ env: { QUEUE_SECONDS: '600' } })
    const [first] = await line(stage, 1, { cooldown: '5m' })
    const late = await begin(stage, 'late', analysis('scale'))
    stage.clock.advance(11 * MINUTE)
    await repair(stage)
    await deliver(stage, ended(await finish(stage, late.run, 'Cancelled')))
    await end(stage, first)
    stage.clock.advance(6 * MINUTE)

    expect(await deliver(stage, late.event)).toMatchObject({
      type: TYPE.denied,
      data: { reason: 'QueueExpired' },
    })
    const { reply, run } = await begin(stage, 'next', analysis('scale'))
    expect(reply?.type).toBe(TYPE.started)
    expect(await running(stage)).toEqual([run])
  })
})
