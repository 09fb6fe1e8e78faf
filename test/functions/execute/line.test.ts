// The line before a target: who is next, when, and who never was in it.

import { expect, test } from 'vitest'
import { TYPE } from '../../../shared/events/contract.ts'
import { pipelineRuns } from '../../../shared/kubernetes/resources.ts'
import { ANNOTATION, isPending, LABEL } from '../../../shared/remediation/marks.ts'
import { changed, ended } from '../../kit/events.ts'
import { hooked } from '../../kit/hook.ts'
import { registered } from '../../kit/playbooks.ts'
import {
  analysis,
  begin,
  deliver,
  finish,
  lockOn,
  readRun,
  release,
  removeRun,
  running,
  validated,
} from '../../kit/remediations.ts'
import { repair, sweepOnce } from '../../kit/repair.ts'
import { type Stage, startStage, TENANT } from '../../kit/stage.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND

/** Begins as many remediations of one target, a second after each other; the first one runs. */
async function line(stage: Stage, length: number, spec: object = {}): Promise<string[]> {
  await registered(stage, 'scale', spec)
  const names: string[] = []
  for (let index = 0; index < length; index++) {
    names.push((await begin(stage, `in-line-${index}`, analysis('scale'))).run)
    stage.clock.advance(SECOND)
  }
  return names
}

async function end(stage: Stage, name = '', reason?: string) {
  return deliver(stage, ended(await finish(stage, name, reason)))
}

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
  const [first, ...others] = await line(stage, 3, { cooldown: '0' })
  for (const name of others) {
    const metadata = { annotations: { [ANNOTATION.queuedAt]: '1000' } }
    await stage.kubernetes.patch(pipelineRuns, { namespace: TENANT, name }, { metadata })
  }
  expect(await end(stage, first)).toMatchObject({ subject: others.toSorted()[0] })
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

test('an end that is only claimed is not believed', async () => {
  await using stage = await startStage()
  const [first = ''] = await line(stage, 2, { cooldown: '0' })
  const conditions = [{ type: 'Succeeded', status: 'True' }]

  expect(
    await deliver(stage, ended({ ...(await readRun(stage, first)), status: { conditions } })),
  ).toBeUndefined()
  expect((await lockOn(stage)).holder?.name).toBe(first)
})

test('a waiting run that a person cancels leaves the line', async () => {
  await using stage = await startStage()
  const [first, second = '', third] = await line(stage, 3, { cooldown: '0' })
  await stage.kubernetes.patch(
    pipelineRuns,
    { namespace: TENANT, name: second },
    { spec: { status: 'Cancelled' } },
  )

  expect(await end(stage, second, 'Cancelled')).toBeUndefined()
  expect(await end(stage, first)).toMatchObject({ type: TYPE.started, subject: third })
})

test('a queued run that a person lets go is adopted, and has the target', async () => {
  await using stage = await startStage()
  const [first = '', second = ''] = await line(stage, 2, { cooldown: '1m' })
  await end(stage, first)
  stage.clock.advance(2 * MINUTE)

  const reply = await deliver(stage, changed(await release(stage, second)))

  expect(reply).toMatchObject({ type: TYPE.started, subject: second })
  const { metadata } = await readRun(stage, second)
  expect(metadata.labels).toMatchObject({ [LABEL.lock]: 'held' })
  expect(metadata.labels).not.toHaveProperty([LABEL.waiting])
  expect((await lockOn(stage)).holder).toMatchObject({ name: second, uid: metadata.uid })
})

test('an approved run starts with the target in its hand', async () => {
  await using stage = await startStage()
  await registered(stage, 'manual', { approval: 'manual' })
  const { run } = await begin(stage, 'a', analysis('manual'))
  expect(await deliver(stage, changed(await readRun(stage, run)))).toBeUndefined()
  expect(isPending(await readRun(stage, run))).toBe(true)

  expect(await deliver(stage, changed(await release(stage, run)))).toMatchObject({ type: TYPE.started })
  expect((await lockOn(stage)).holder?.name).toBe(run)
})

test('a run that got the target from somebody who died is let go, even behind one that seems older', async () => {
  await using stage = await startStage()
  const [first = '', second] = await line(stage, 2, { cooldown: '0' })
  const event = ended(await finish(stage, first))
  let patches = 0
  const dying = hooked(stage.kubernetes, verb => {
    if (verb === 'patch' && ++patches > 1) throw new Error('the process has died')
  })
  await expect(deliver(stage, event, stage.replica({ kubernetes: dying }))).rejects.toThrow('died')
  const slow = stage.replica({ clock: { now: () => stage.clock.now() - 10 * MINUTE } })
  await deliver(stage, await validated(stage, 'from-a-slow-clock', analysis('scale')), slow)
  expect(await running(stage)).toEqual([])

  stage.clock.advance(MINUTE)
  await repair(stage)
  expect(await running(stage)).toEqual([second])
})

test('a queued run that is deleted is simply no longer in line', async () => {
  await using stage = await startStage()
  const [first, second = '', third] = await line(stage, 3, { cooldown: '0' })
  const gone = await readRun(stage, second)
  await removeRun(stage, second)

  expect(await deliver(stage, changed(gone, TYPE.objectDeleted))).toBeUndefined()
  expect(await end(stage, first)).toMatchObject({ subject: third })
  expect(await sweepOnce(stage)).toEqual([])
})
