// Every event three times, in any order, all at once: each remediation runs once, alone on its target, and is told once.

import { expect, test } from 'vitest'
import { TYPE } from '../../../shared/events/contract.ts'
import { configMaps } from '../../../shared/kubernetes/resources.ts'
import { endingOf, LABEL } from '../../../shared/remediation/marks.ts'
import { until } from '../../kit/until.ts'
import { endings, startReadyWorld, type TestWorld } from '../../kit/world.ts'

const REMEDIATIONS = 20
const TARGETS = 10
/** Past the cooldown of five minutes and every grace. */
const LATER_MS = 10 * 60_000

async function ended(whole: TestWorld): Promise<number> {
  return (await whole.runs()).filter(run => endingOf(run) !== undefined).length
}

test('twenty remediations on ten targets, every event delivered three times and out of order', async () => {
  await using whole = await startReadyWorld({
    mode: 'asynchronous',
    faults: { duplicate: 2, reorder: true },
  })
  const incidents = Array.from({ length: REMEDIATIONS }, (_, index) => index)

  await Promise.all(incidents.map(index => whole.analyse(`incident-${index}`, `app-${index % TARGETS}`)))
  await until('a run for each', async () => (await whole.runs()).length === REMEDIATIONS)
  await until('the first on each target to end', async () => (await ended(whole)) === TARGETS)
  await whole.world.idle()
  expect(whole.watch.started.size).toBe(TARGETS)

  whole.advance(LATER_MS)
  await whole.world.sweep()
  await until('the second on each target to end', async () => (await ended(whole)) === REMEDIATIONS)
  await until('everyone to be told', () => endings(whole).length >= REMEDIATIONS)
  await whole.world.idle()
  whole.advance(LATER_MS)
  await whole.world.sweep()
  await whole.world.idle()

  const letters = await whole.world.kubernetes.list(configMaps, { labelSelector: LABEL.deadLetter })
  expect(letters.items).toEqual([])
  expect(await whole.runs()).toHaveLength(REMEDIATIONS)
  expect(whole.watch.started.size).toBe(REMEDIATIONS)
  expect([...whole.watch.clashes]).toEqual([])
  expect(endings(whole).map(({ type }) => type)).toEqual(Array(REMEDIATIONS).fill(TYPE.succeeded))
  expect(new Set(endings(whole).map(({ subject }) => subject)).size).toBe(REMEDIATIONS)
})
