// Two replicas and one target: however the events fall, one run at a time, and every remediation gets its turn.

import { expect, test } from 'vitest'
import type { CloudEvent } from '../../../shared/events/cloudevent.ts'
import { Fault } from '../../../shared/runtime/fault.ts'
import { changed, ended } from '../../kit/events.ts'
import { hooked } from '../../kit/hook.ts'
import { registered } from '../../kit/playbooks.ts'
import { analysis, deliver, finish, readRun, running, runs, validated } from '../../kit/remediations.ts'
import { type Stage, startStage } from '../../kit/stage.ts'

const REMEDIATIONS = 20

/** As the Broker does: what is unavailable is sent again, the rest is answered. */
async function insist(stage: Stage, event: CloudEvent): Promise<void> {
  // A client each: replicas share nothing but the API server.
  const replicas = [0, 1].map(() => stage.replica({ kubernetes: hooked(stage.kubernetes, () => undefined) }))
  await Promise.all(
    replicas.map(async services => {
      for (let attempt = 0; attempt < 50; attempt++) {
        const error: unknown = await deliver(stage, event, services).then(
          () => undefined,
          thrown => thrown,
        )
        if (error === undefined) return
        if (!(error instanceof Fault && error.kind === 'unavailable')) throw error
      }
      throw new Error(`${event.id} was never taken`)
    }),
  )
}

test('twenty remediations of one target, each delivered to both, run one after the other', async () => {
  await using stage = await startStage({ env: { QUEUE_LENGTH: String(REMEDIATIONS), LOOP_RUNS: '0' } })
  await registered(stage, 'scale', { cooldown: '0' })
  const ids = Array.from({ length: REMEDIATIONS }, (_, index) => `race-${index}`)
  const events = await Promise.all(ids.map(id => validated(stage, id, analysis('scale'))))

  await Promise.all(events.map(event => insist(stage, event)))
  expect(await runs(stage)).toHaveLength(REMEDIATIONS)

  const order: string[] = []
  while (order.length < REMEDIATIONS) {
    const [run = '', ...others] = await running(stage)
    expect(others).toEqual([])
    order.push(run)
    await insist(stage, ended(await finish(stage, run)))
  }

  expect(new Set(order).size).toBe(REMEDIATIONS)
  expect(await running(stage)).toEqual([])
})

test('all that wait are told to look at once, and one of them starts', async () => {
  await using stage = await startStage()
  await registered(stage, 'scale', { cooldown: '0' })
  const ids = ['first', 'second', 'third', 'fourth']
  for (const id of ids) await deliver(stage, await validated(stage, id, analysis('scale')))
  const [first = ''] = await running(stage)
  await finish(stage, first)
  const all = await runs(stage)

  await Promise.all([
    insist(stage, ended(await readRun(stage, first))),
    ...all.map(run => insist(stage, changed(run))),
  ])

  expect(await running(stage)).toHaveLength(1)
})
