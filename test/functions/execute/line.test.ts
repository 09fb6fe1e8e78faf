// The line before a target: who is next, when, and who never was in it.

import { expect, test } from 'vitest'
import { TYPE } from '../../../shared/events/contract.ts'
import { LABEL } from '../../../shared/remediation/marks.ts'
import { ended } from '../../kit/events.ts'
import {
  analysis,
  begin,
  deliver,
  finish,
  lockOn,
  readRun,
  running,
  validated,
} from '../../kit/remediations.ts'
import { repair } from '../../kit/repair.ts'
import { startStage } from '../../kit/stage.ts'
import { end, line } from './in-line.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND

test('a finished run frees the target, which then rests as its Playbook says', async () => {
  await using stage = await startStage()
  const [first] = await line(stage, 1, { cooldown: '7m' })
  const endedAt = stage.clock.now()

  expect(await end(stage, first)).toBeUndefined()

  const { holder, restsUntil, recent } = await lockOn(stage)
  expect(holder).toBeUndefined()
  expect(restsUntil).toBeGreaterThanOrEqual(Math.floor(endedAt / SECOND) * SECOND + 7 * MINUTE)
  expect(restsUntil).toBeLessThanOrEqual(stage.clock.now() + 7 * MINUTE)
  expect(recent).toMatchObject([{ outcome: 'succeeded' }])
  expect((await readRun(stage, first ?? '')).metadata.labels).not.toHaveProperty([LABEL.lock])
})

test.each([
  ['Succeeded', 'succeeded'],
  ['Failed', 'failed'],
  ['PipelineRunTimeout', 'failed'],
  ['Cancelled', 'cancelled'],
])('an end with %s is remembered as %s, with the target free', async (reason, outcome) => {
  await using stage = await startStage()
  const [first] = await line(stage, 1)
  await end(stage, first, reason)
  expect(await lockOn(stage)).toMatchObject({ holder: undefined, recent: [{ outcome }] })
})

test('without a cooldown of its own the target rests as the deployment says', async () => {
  await using stage = await startStage({ env: { COOLDOWN_SECONDS: '60' } })
  const [first] = await line(stage, 1)
  await end(stage, first, 'Failed')
  const { restsUntil } = await lockOn(stage)
  expect(Math.abs(restsUntil - stage.clock.now() - MINUTE)).toBeLessThan(5 * SECOND)
})

test('a remediation that comes while the target rests waits, and starts after it', async () => {
  await using stage = await startStage()
  const [first] = await line(stage, 1, { cooldown: '5m' })
  await end(stage, first)

  const { reply, run } = await begin(stage, 'early', analysis('scale'))
  expect(reply).toMatchObject({ type: TYPE.queued, data: { why: expect.stringContaining('rests until') } })
  stage.clock.advance(4 * MINUTE)
  await repair(stage)
  expect(await running(stage)).toEqual([])
  stage.clock.advance(2 * MINUTE)

  expect(await repair(stage)).toMatchObject([{ type: TYPE.started, subject: run }])
  expect(await running(stage)).toEqual([run])
})

test('the next in line is who came first, whatever its name, and only after the cooldown', async () => {
  await using stage = await startStage()
  const [first, second, third] = await line(stage, 3, { cooldown: '5m' })

  expect(await end(stage, first)).toBeUndefined()
  expect(await running(stage)).toEqual([])
  stage.clock.advance(6 * MINUTE)
  await repair(stage)
  expect(await running(stage)).toEqual([second])
  await end(stage, second)
  stage.clock.advance(6 * MINUTE)
  await repair(stage)
  expect(await running(stage)).toEqual([third])
})

test('without a cooldown the end of one starts the next at once', async () => {
  await using stage = await startStage()
  const [first, second] = await line(stage, 2, { cooldown: '0' })
  expect(await end(stage, first)).toMatchObject({ type: TYPE.started, subject: second })
  expect((await lockOn(stage)).holder?.name).toBe(second)
})

test('two that came at the same moment go by name', async () => {
  await using stage = await startStage()
  const [first] = await line(stage, 1, { cooldown: '0' })
  const moment = stage.clock.now()
  const still = stage.replica({ clock: { now: () => moment } })
  const names: string[] = []
  for (const id of ['b', 'c', 'd']) {
    const event = await validated(stage, id, analysis('scale'))
    names.push((await deliver(stage, event, still))?.subject ?? '')
  }
  expect(await end(stage, first)).toMatchObject({ subject: names.toSorted()[0] })
})

test('a remediation that comes while others wait for a rested target goes behind them', async () => {
  await using stage = await startStage()
  const [first, second] = await line(stage, 2, { cooldown: '5m' })
  await end(stage, first)
  stage.clock.advance(6 * MINUTE)

  const { reply, run } = await begin(stage, 'late', analysis('scale'))

  expect(reply).toMatchObject({ type: TYPE.queued, data: { why: expect.stringContaining(`${second}`) } })
  await repair(stage)
  expect(await running(stage)).toEqual([second])
  await end(stage, second)
  stage.clock.advance(6 * MINUTE)
  await repair(stage)
  expect(await running(stage)).toEqual([run])
})

test('an end that is told again changes nothing, also after another has the target', async () => {
  await using stage = await startStage()
  const [first, second] = await line(stage, 2, { cooldown: '0' })
  const event = ended(await finish(stage, first ?? ''))
  await deliver(stage, event)
  const lock = await lockOn(stage)

  expect(await deliver(stage, event)).toBeUndefined()
  expect(await lockOn(stage)).toEqual(lock)
  expect(await running(stage)).toEqual([second])
})

test.each([
  ['of another object', 'made-up', undefined],
  ['that Tekton tells before it writes it down', undefined, 'unavailable'],
])('an end %s is not believed', async (_, uid, kind) => {
  await using stage = await startStage()
  const [first = ''] = await line(stage, 2, { cooldown: '0' })
  const run = await readRun(stage, first)
  const conditions = [{ type: 'Succeeded', status: 'True' }]
  const metadata = { ...run.metadata, ...(uid === undefined ? {} : { uid }) }

  const answer: unknown = await deliver(stage, ended({ ...run, metadata, status: { conditions } })).catch(
    error => error.kind,
  )

  expect(answer).toBe(kind)
  expect((await lockOn(stage)).holder?.name).toBe(first)
})
