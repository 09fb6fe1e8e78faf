// News without a run: what was rejected, denied or must be approved is told once, kept in a ledger of its own.

import { expect, test } from 'vitest'
import { notify } from '../../../functions/notify/index.ts'
import type { CloudEvent } from '../../../shared/events/cloudevent.ts'
import { TYPE } from '../../../shared/events/contract.ts'
import playbookRejected from '../../../shared/events/examples/playbook.rejected.v1.json' with { type: 'json' }
import approvalRequested from '../../../shared/events/examples/remediation.approvalrequested.v1.json' with {
  type: 'json',
}
import denied from '../../../shared/events/examples/remediation.denied.v1.json' with { type: 'json' }
import rejected from '../../../shared/events/examples/remediation.rejected.v1.json' with { type: 'json' }
import { Fault } from '../../../shared/runtime/fault.ts'
import { eventOf } from '../../kit/events.ts'
import { dyingAfter, hooked } from '../../kit/hook.ts'
import { startReceiver, type TestReceiver } from '../../kit/receiver.ts'
import { sweepOnce } from '../../kit/repair.ts'
import { type Stage, startStage } from '../../kit/stage.ts'

const MINUTE = 60_000
const nothing = async (): Promise<void> => undefined

const NEWS: [type: string, data: unknown][] = [
  [TYPE.rejected, rejected],
  [TYPE.denied, denied],
  [TYPE.approvalRequested, approvalRequested],
  [TYPE.playbookRejected, playbookRejected],
]

async function scene(play: (stage: Stage, receiver: TestReceiver) => Promise<void>): Promise<void> {
  await using receiver = await startReceiver()
  await using stage = await startStage({ env: receiver.env })
  await play(stage, receiver)
}

function tell(stage: Stage, event: CloudEvent, services = stage.services) {
  return notify.create(services)(event)
}

/** A tick, and what it posts reaches `notify`. */
async function tickLater(stage: Stage): Promise<CloudEvent[]> {
  stage.clock.advance(2 * MINUTE)
  const posted = await sweepOnce(stage)
  for (const event of posted) await tell(stage, event)
  return posted
}

test.each(NEWS)('%s is told once, however often and wherever it arrives', (type, data) =>
  scene(async (stage, receiver) => {
    const event = eventOf(type, data)

    await tell(stage, event)
    await Promise.all([1, 2, 3].map(() => tell(stage, event, stage.replica())))

    expect(receiver.taken).toMatchObject([{ id: event.id, type, data }])
    expect(await tickLater(stage)).toEqual([])
  }),
)

test.each(NEWS)('%s is told later when nobody answered, as it was', (type, data) =>
  scene(async (stage, receiver) => {
    const event = eventOf(type, data)
    receiver.answer(503)
    await tell(stage, event)
    receiver.answer(204)

    expect(await tickLater(stage)).toEqual([event])
    expect(receiver.taken).toEqual([event])
    expect(await tickLater(stage)).toEqual([])
  }),
)

test.each([0, 1, 2, 3, 4, 5])('a telling that dies after %i calls is finished, under one id', calls =>
  scene(async (stage, receiver) => {
    const event = eventOf(TYPE.rejected, rejected)
    const dying = stage.replica({ kubernetes: dyingAfter(stage.kubernetes, calls) })
    await tell(stage, event, dying).catch(error => expect(String(error)).toContain('died'))

    // The Broker sends it again, and what was claimed by the dead is free after a minute.
    await tell(stage, event)
    await tickLater(stage)

    expect(new Set(receiver.taken.map(each => each.id)).size).toBe(1)
    expect(await tickLater(stage)).toEqual([])
  }),
)

test('news is acknowledged only once it is written down, however slow the API server is', async () => {
  await using stage = await startStage({ patienceMs: 10 })
  const later = Promise.withResolvers<void>()
  const kubernetes = hooked(stage.kubernetes, async verb => {
    if (verb !== 'create') return
    await later.promise
    throw new Fault('unavailable', 'the API server did not answer')
  })
  let answered = false
  const answer = tell(stage, eventOf(TYPE.rejected, rejected), stage.replica({ kubernetes })).finally(() => {
    answered = true
  })
  // Longer than the patience: what is only in memory must not be acknowledged.
  const patience = stage.services.background.run('patience', () => later.promise, nothing)
  await patience

  const wasAnswered = answered
  later.resolve()
  await expect(answer).rejects.toMatchObject({ kind: 'unavailable' })
  expect(wasAnswered).toBe(false)
})

test('a ledger is removed after a day', () =>
  scene(async stage => {
    await tell(stage, eventOf(TYPE.rejected, rejected))
    stage.clock.advance(25 * 60 * MINUTE)
    await sweepOnce(stage)
    const removed = stage.requests.filter(
      ({ method, path }) => method === 'DELETE' && path.includes('/leases/'),
    )
    expect(removed).toHaveLength(1)
  }))

test('data that follow no schema are malformed and told nobody', () =>
  scene(async (stage, receiver) => {
    const event = eventOf(TYPE.rejected, { reason: 'Because' })
    await expect(tell(stage, event)).rejects.toMatchObject({ kind: 'malformed' })
    expect(receiver.asked()).toBe(0)
  }))
