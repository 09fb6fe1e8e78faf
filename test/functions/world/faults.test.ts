// The whole world with something broken in it: what was asked for is done in the end, once.

import { expect, test } from 'vitest'
import { placeTarget } from '../../../local/world/place-target.ts'
import { TYPE } from '../../../shared/events/contract.ts'
import { emit } from '../../../shared/events/emit.ts'
import { analysisEvent } from '../../kit/events.ts'
import { analysis } from '../../kit/remediations.ts'
import { until } from '../../kit/until.ts'
import { endings, startReadyWorld, startTestWorld } from '../../kit/world.ts'

const MINUTE = 60_000

test('the API server is down while an analysis arrives, and the Broker brings it again', async () => {
  const failed: number[] = []
  await using whole = await startReadyWorld({
    onDelivery: ({ trigger, status }) => {
      if (trigger.metadata.name === 'validate' && status !== 200) failed.push(status ?? 0)
    },
  })
  const event = analysisEvent('incident', analysis('scale', 'my-app'))
  await placeTarget(whole.world, event.data)
  whole.world.api.fail('down')

  const taken = emit(globalThis.fetch, whole.world.sink, event)
  await until('a delivery to fail', () => failed.length > 0)
  whole.world.api.fail()
  await taken

  await until('the end to be told', () => endings(whole).length > 0)
  expect(failed[0]).toBe(503)
  expect(endings(whole)).toMatchObject([{ type: TYPE.succeeded }])
  expect(await whole.runs()).toHaveLength(1)
})

test('the registry is down while a Playbook is applied, and the sweep brings it back', async () => {
  await using whole = await startTestWorld()
  const { registry, apply, sweep } = whole.world
  const playbook = await whole.push()
  registry.fail({ status: 503, retryAfter: 60 })
  await apply(playbook)
  await until('the Playbook to say why', async () => (await whole.ready()) === 'Unknown')

  registry.fail('none')
  whole.advance(2 * MINUTE)
  await sweep()

  await until('the Playbook to be Ready', async () => (await whole.ready()) === 'True')
})

test("Tekton's last word is lost, and the sweep finds out and tells", async () => {
  await using whole = await startReadyWorld({
    dropTekton: ({ type }) => type === TYPE.runSuccessful,
  })
  await whole.analyse('incident', 'my-app')
  await until('the run to end', async () => (await whole.runs()).some(run => run.status?.completionTime))
  await whole.world.idle()
  expect(endings(whole)).toEqual([])
  whole.advance(2 * MINUTE)

  await whole.world.sweep()
  await until('the end to be told', () => endings(whole).length > 0)
  whole.advance(2 * MINUTE)
  await whole.world.sweep()

  expect(endings(whole)).toMatchObject([{ type: TYPE.succeeded }])
})
