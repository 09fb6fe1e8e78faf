// Runs that wait: cancelled, let go by hand, approved, left by the dead, or deleted.

import { expect, test } from 'vitest'
import { TYPE } from '../../../shared/events/contract.ts'
import { pipelineRuns } from '../../../shared/kubernetes/resources.ts'
import { isPending, LABEL, type PipelineRun } from '../../../shared/remediation/marks.ts'
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
import { startStage, TENANT } from '../../kit/stage.ts'
import { end, line } from './in-line.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND

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

test('a queued run that a person lets go beside another is reported, and takes nothing from it', async () => {
  await using stage = await startStage()
  const [first = '', second = ''] = await line(stage, 2)

  const reply = await deliver(stage, changed(await release(stage, second)))

  const why = `It was released by hand, although remediation/${first} has the target.`
  expect(reply).toMatchObject({ type: TYPE.started, subject: second, data: { why } })
  expect((await lockOn(stage)).holder?.name).toBe(first)
  expect(await end(stage, second)).toBeUndefined()
  expect((await lockOn(stage)).holder?.name).toBe(first)
})

test('a run that was let go beside another has the target after it, before whoever waits', async () => {
  await using stage = await startStage()
  const [first = '', second = ''] = await line(stage, 2, { cooldown: '0' })
  await registered(stage, 'manual', { approval: 'manual', cooldown: '0' })
  const { run: beside } = await begin(stage, 'beside', analysis('manual'))
  await deliver(stage, changed(await release(stage, beside)))

  await end(stage, first)

  expect((await running(stage)).sort()).toEqual([beside])
  expect((await lockOn(stage)).holder?.name).toBe(beside)
  expect(await end(stage, beside)).toMatchObject({ type: TYPE.started, subject: second })
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

test('a waiting run that is cancelled is not taken for one that was let go, before Tekton has seen it', async () => {
  await using stage = await startStage()
  const [first, second = ''] = await line(stage, 2, { cooldown: '5m' })
  const patch = { spec: { status: 'Cancelled' } }
  const run = await stage.kubernetes.patch<PipelineRun>(
    pipelineRuns,
    { namespace: TENANT, name: second },
    patch,
  )

  expect(await deliver(stage, changed(run))).toBeUndefined()
  await end(stage, first)
  stage.clock.advance(6 * MINUTE)
  await repair(stage)
  expect((await lockOn(stage)).holder).toBeUndefined()
})

test('whoever comes next finds that the holder was deleted, though no event and no sweep told of it', async () => {
  await using stage = await startStage()
  const [first = ''] = await line(stage, 1, { cooldown: '0' })
  await removeRun(stage, first)
  const { run } = await begin(stage, 'next', analysis('scale'))

  expect(await deliver(stage, changed(await readRun(stage, run)))).toMatchObject({
    type: TYPE.started,
    subject: run,
  })
  expect((await lockOn(stage)).recent).toMatchObject([{ outcome: 'cancelled' }])
})

test('whoever comes next finds that the holder has ended, though no event told of it', async () => {
  await using stage = await startStage()
  const [first = ''] = await line(stage, 1, { cooldown: '0' })
  await finish(stage, first)
  const { run } = await begin(stage, 'next', analysis('scale'))

  expect(await deliver(stage, changed(await readRun(stage, run)))).toMatchObject({
    type: TYPE.started,
    subject: run,
  })
  expect((await readRun(stage, first)).metadata.labels).not.toHaveProperty([LABEL.lock])
})

test('the deletion of a waiting run that was first in line starts the next one', async () => {
  await using stage = await startStage()
  const [first, second = '', third] = await line(stage, 3, { cooldown: '5m' })
  await end(stage, first)
  stage.clock.advance(6 * MINUTE)
  const gone = await readRun(stage, second)
  await removeRun(stage, second)

  expect(await deliver(stage, changed(gone, TYPE.objectDeleted))).toMatchObject({
    type: TYPE.started,
    subject: third,
  })
})
