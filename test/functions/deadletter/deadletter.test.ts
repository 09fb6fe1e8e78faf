// What could not be delivered is kept before anything else, told once, and posted again when a person asks for it.

import { expect, test } from 'vitest'
import { deadletter } from '../../../functions/deadletter/index.ts'
import { sweep } from '../../../functions/sweep/index.ts'
import type { DeadLetter } from '../../../shared/deadletters/dead-letter.ts'
import type { CloudEvent } from '../../../shared/events/cloudevent.ts'
import { TYPE } from '../../../shared/events/contract.ts'
import { configMaps } from '../../../shared/kubernetes/resources.ts'
import { ANNOTATION } from '../../../shared/remediation/marks.ts'
import { Fault } from '../../../shared/runtime/fault.ts'
import { eventOf, tick } from '../../kit/events.ts'
import { startReceiver } from '../../kit/receiver.ts'
import { sweepOnce } from '../../kit/repair.ts'
import { type Stage, SYSTEM, startStage } from '../../kit/stage.ts'

function dead(data: unknown = { strategies: [] }): CloudEvent {
  return eventOf(TYPE.analysisCompleted, data, {
    knativeerrordest: 'http://validate/',
    knativeerrorcode: 503,
    knativeerrordata: Buffer.from('the API server is down').toString('base64'),
    knativearrivaltime: '2026-01-02T03:04:05Z',
  })
}

function keep(stage: Stage, event: CloudEvent, services = stage.services) {
  return deadletter.create(services)(event)
}

async function letters(stage: Stage): Promise<readonly DeadLetter[]> {
  return (await stage.kubernetes.list<DeadLetter>(configMaps, { namespace: SYSTEM })).items
}

async function askForReplay(stage: Stage): Promise<void> {
  const metadata = { annotations: { [ANNOTATION.replay]: 'now' } }
  for (const { metadata: key } of await letters(stage))
    await stage.kubernetes.patch(configMaps, key, { metadata })
}

test('it is kept with its reason before anybody is told', async () => {
  await using receiver = await startReceiver()
  await using stage = await startStage({ env: receiver.env, patienceMs: 30 })
  receiver.answer('silence')

  expect(await keep(stage, dead())).toBeUndefined()

  const [letter, ...others] = await letters(stage)
  expect(others).toEqual([])
  expect(letter?.data).toMatchObject({
    whole: 'true',
    why: expect.stringContaining('503: the API server is down'),
  })
  expect(receiver.taken).toEqual([])
  receiver.answer(204)
  await stage.services.background.idle()
  expect(receiver.taken).toHaveLength(1)
})

test('one that cannot be kept is not acknowledged, and nobody is told', async () => {
  await using receiver = await startReceiver()
  await using stage = await startStage({ env: receiver.env })
  stage.api.fail('down')
  await expect(keep(stage, dead())).rejects.toMatchObject({ kind: 'unavailable' })
  expect(receiver.asked()).toBe(0)
})

test('the same event twice is one dead letter, told once', async () => {
  await using receiver = await startReceiver()
  await using stage = await startStage({ env: receiver.env })
  const event = dead()

  await keep(stage, event)
  await Promise.all([keep(stage, event), keep(stage, event, stage.replica())])

  expect(await letters(stage)).toHaveLength(1)
  expect(receiver.taken).toHaveLength(1)
})

test('of one that is too large its attributes are kept, and it is not replayed', async () => {
  await using stage = await startStage()
  const event = dead({ log: 'x'.repeat(600_000) })

  await keep(stage, event)
  await askForReplay(stage)

  const [letter] = await letters(stage)
  expect(letter?.data.whole).toBe('false')
  expect(JSON.parse(letter?.data.event ?? '')).toMatchObject({ id: event.id, source: event.source })
  expect(await sweepOnce(stage)).toEqual([])
  expect(await letters(stage)).toHaveLength(1)
})

test('one that nobody asked for stays', async () => {
  await using stage = await startStage()
  await keep(stage, dead())
  expect(await sweepOnce(stage)).toEqual([])
  expect(await letters(stage)).toHaveLength(1)
})

test('asked for, it is posted as it was sent, and then forgotten', async () => {
  await using stage = await startStage()
  const event = dead()
  await keep(stage, event)
  await askForReplay(stage)

  const [posted, ...others] = await sweepOnce(stage)

  expect(others).toEqual([])
  expect(posted).toMatchObject({ id: event.id, source: event.source, type: event.type, data: event.data })
  expect(Object.keys(posted ?? {}).filter(name => name.startsWith('knative'))).toEqual([])
  expect(await letters(stage)).toEqual([])
})

test('as long as the Broker does not take it, it is kept', async () => {
  await using stage = await startStage()
  await keep(stage, dead())
  await askForReplay(stage)
  const post = async () => {
    throw new Fault('unavailable', 'the Broker is full')
  }

  await sweep.create(stage.replica({ post }))(tick())
  expect(await letters(stage)).toHaveLength(1)
  expect(await sweepOnce(stage)).toHaveLength(1)
})

test('one that dies again while it is replayed is kept, and waits for the next to ask', async () => {
  await using stage = await startStage()
  const event = dead()
  await keep(stage, event)
  await askForReplay(stage)
  const knativeerrordata = Buffer.from('still down').toString('base64')
  // Knative's own Broker answers only when the dead letter was delivered.
  const post = async () => void (await keep(stage, { ...event, knativeerrordata }))

  await sweep.create(stage.replica({ post }))(tick())

  expect((await letters(stage)).map(letter => letter.data.why)).toEqual([
    expect.stringContaining('still down'),
  ])
  expect(await sweepOnce(stage)).toEqual([])
})
