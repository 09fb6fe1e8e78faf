// A target that was remediated three times in four hours in vain: from then on a person is asked.

import { expect, test } from 'vitest'
import { TYPE } from '../../../shared/events/contract.ts'
import { ANNOTATION, isPending, LABEL } from '../../../shared/remediation/marks.ts'
import { changed } from '../../kit/events.ts'
import { registered } from '../../kit/playbooks.ts'
import { analysis, begin, deliver, lockOn, readRun, release, running } from '../../kit/remediations.ts'
import { repair } from '../../kit/repair.ts'
import { type Stage, startStage } from '../../kit/stage.ts'
import { end, line } from './in-line.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** As many runs, one after the other, that end so. */
async function inVain(stage: Stage, reasons: readonly string[]): Promise<void> {
  for (const [index, reason] of reasons.entries()) {
    const { run, reply } = await begin(stage, `vain-${index}`, analysis('scale'))
    expect(reply?.type).toBe(TYPE.started)
    await end(stage, run, reason)
    stage.clock.advance(MINUTE)
  }
}

test.each([
  ['failed', ['Failed', 'PipelineRunTimeout', 'Failed'], '3 failed'],
  ['succeeded, and the playbook is asked for again', ['Succeeded', 'Succeeded', 'Succeeded'], '0 failed'],
  ['failed or had no effect', ['Failed', 'Succeeded', 'Failed'], '2 failed'],
])('after three that %s the next one waits for a person, who is told why', async (_, reasons, words) => {
  await using stage = await startStage()
  await registered(stage, 'scale', { cooldown: '0' })
  await inVain(stage, reasons)

  const { reply, run, event } = await begin(stage, 'once-more', analysis('scale'))

  expect(reply).toMatchObject({ type: TYPE.approvalRequested, data: { why: expect.stringContaining(words) } })
  const { metadata, spec } = await readRun(stage, run)
  expect([spec.status, metadata.labels?.[LABEL.waiting]]).toEqual(['PipelineRunPending', 'approval'])
  expect(await lockOn(stage)).toMatchObject({ holder: undefined, line: [] })
  expect(await deliver(stage, event)).toEqual(reply)

  expect(await deliver(stage, changed(await release(stage, run)))).toMatchObject({
    type: TYPE.started,
    subject: run,
  })
})

test('those that wait when the third fails are shown to a person in their turn, one after the other', async () => {
  await using stage = await startStage()
  const [first, second, third, fourth = '', fifth = ''] = await line(stage, 5, { cooldown: '0' })
  for (const name of [first, second]) await end(stage, name, 'Failed')

  expect(await end(stage, third, 'Failed')).toMatchObject({ type: TYPE.approvalRequested, subject: fourth })
  expect(await deliver(stage, changed(await readRun(stage, fourth)))).toMatchObject({
    type: TYPE.approvalRequested,
    subject: fifth,
  })
  expect(await running(stage)).toEqual([])
  expect((await lockOn(stage)).line).toEqual([])
})

test('who is asked about a run that queued has as long to answer as for any other', async () => {
  await using stage = await startStage()
  const [first, second, third, fourth = ''] = await line(stage, 4, { cooldown: '0' })
  for (const name of [first, second]) await end(stage, name, 'Failed')
  stage.clock.advance(20 * MINUTE)
  const asked = stage.clock.now()

  const reply = await end(stage, third, 'Failed')

  const { until } = (reply?.data ?? {}) as { until: string }
  expect(Date.parse(until) - asked).toBeGreaterThanOrEqual(15 * MINUTE)
  expect((await readRun(stage, fourth)).metadata.annotations?.[ANNOTATION.expiresAt]).toBe(until)
  await repair(stage)
  expect(isPending(await readRun(stage, fourth))).toBe(true)
  stage.clock.advance(16 * MINUTE)
  await repair(stage)
  expect((await readRun(stage, fourth)).metadata.annotations?.[ANNOTATION.deniedBy]).toBe('expiry')
})

test('a late event does not let it go when the four hours are over: a person was asked', async () => {
  await using stage = await startStage()
  await registered(stage, 'scale', { cooldown: '0' })
  await inVain(stage, ['Failed', 'Failed', 'Failed'])
  const { event, run } = await begin(stage, 'once-more', analysis('scale'))
  stage.clock.advance(5 * HOUR)

  expect(await deliver(stage, event)).toMatchObject({ type: TYPE.approvalRequested, subject: run })
  expect(isPending(await readRun(stage, run))).toBe(true)
  expect((await lockOn(stage)).holder).toBeUndefined()
})

test.each([
  ['after four hours', {}, 4 * HOUR],
  ['after what the deployment says', { LOOP_SECONDS: '600' }, 11 * MINUTE],
  ['where the deployment never asks', { LOOP_RUNS: '0' }, 0],
])('%s it starts by itself', async (_, env, laterMs) => {
  await using stage = await startStage({ env })
  await registered(stage, 'scale', { cooldown: '0' })
  await inVain(stage, ['Failed', 'Failed', 'Failed'])
  stage.clock.advance(laterMs)
  expect((await begin(stage, 'later', analysis('scale'))).reply?.type).toBe(TYPE.started)
})

test('another playbook may still try where only successes were repeated', async () => {
  await using stage = await startStage()
  await registered(stage, 'scale', { cooldown: '0' })
  await registered(stage, 'restart', { cooldown: '0' })
  await inVain(stage, ['Succeeded', 'Succeeded', 'Succeeded'])
  expect((await begin(stage, 'other', analysis('restart'))).reply?.type).toBe(TYPE.started)
})
