// Runs that vanish: their target is freed once, counted as cancelled, and nobody else's target with it.

import { expect, test } from 'vitest'
import { TYPE } from '../../../shared/events/contract.ts'
import { changed, ended } from '../../kit/events.ts'
import { dyingAfter, hooked, interrupted } from '../../kit/hook.ts'
import { registered } from '../../kit/playbooks.ts'
import {
  analysis,
  begin,
  deliver,
  finish,
  lockOn,
  readRun,
  removeRun,
  running,
  validated,
} from '../../kit/remediations.ts'
import { repair, sweepOnce } from '../../kit/repair.ts'
import { startStage } from '../../kit/stage.ts'
import { line } from './in-line.ts'

const MINUTE = 60_000

test('a running run that is deleted counts as cancelled, and its target rests', async () => {
  await using stage = await startStage()
  await registered(stage, 'scale', { cooldown: '5m' })
  const { run } = await begin(stage, 'a', analysis('scale'))
  const gone = await readRun(stage, run)
  await removeRun(stage, run)

  await deliver(stage, changed(gone, TYPE.objectDeleted))

  const { holder, recent, restsUntil } = await lockOn(stage)
  expect(holder).toBeUndefined()
  expect(recent).toMatchObject([{ outcome: 'cancelled', uid: gone.metadata.uid }])
  expect(restsUntil).toBeGreaterThan(stage.clock.now())
})

test('no event tells of it, and the sweep finds it and the next in line starts', async () => {
  await using stage = await startStage({ env: { COOLDOWN_SECONDS: '0' } })
  await registered(stage, 'scale')
  const first = await begin(stage, 'a', analysis('scale'))
  const second = await begin(stage, 'b', analysis('scale'))
  await removeRun(stage, first.run)
  stage.clock.advance(MINUTE)

  const replies = await repair(stage)

  expect(replies.map(({ type, subject }) => [type, subject])).toEqual([
    [TYPE.started, second.run],
    [TYPE.cancelled, first.run],
  ])
  expect(await running(stage)).toEqual([second.run])
})

test('a run whose starter died before it named it in the lock is named by the sweep, and rests when it is deleted', async () => {
  await using stage = await startStage()
  await registered(stage, 'scale', { cooldown: '5m' })
  const event = await validated(stage, 'a', analysis('scale'))
  const kubernetes = interrupted(stage.kubernetes, ['replace', 'Lease'], () =>
    Promise.reject(new Error('died')),
  )
  await deliver(stage, event, stage.replica({ kubernetes }))
  expect((await lockOn(stage)).holder?.uid).toBeUndefined()
  stage.clock.advance(MINUTE)

  await repair(stage)
  const [run = ''] = await running(stage)
  const { uid } = (await readRun(stage, run)).metadata
  expect((await lockOn(stage)).holder).toMatchObject({ name: run, uid })

  expect(await sweepOnce(stage)).toEqual([])
  await removeRun(stage, run)
  stage.clock.advance(MINUTE)
  await repair(stage)
  expect((await lockOn(stage)).restsUntil).toBeGreaterThan(stage.clock.now())
})

test('two replicas that hear of it at once free the target once, not the next holder as well', async () => {
  await using stage = await startStage({ env: { COOLDOWN_SECONDS: '0' } })
  await registered(stage, 'scale')
  const first = await begin(stage, 'a', analysis('scale'))
  const second = await begin(stage, 'b', analysis('scale'))
  stage.clock.advance(1_000)
  await begin(stage, 'c', analysis('scale'))
  const event = changed(await readRun(stage, first.run), TYPE.objectDeleted)
  await removeRun(stage, first.run)
  const other = () => deliver(stage, event)
  const kubernetes = interrupted(stage.kubernetes, ['get', 'Lease'], other)

  await deliver(stage, event, stage.replica({ kubernetes }))

  expect(await running(stage)).toEqual([second.run])
  expect((await lockOn(stage)).holder?.name).toBe(second.run)
})

test('a run that never came to be gives the target back after a minute, and is no outcome', async () => {
  await using stage = await startStage()
  await registered(stage, 'scale')
  const event = await validated(stage, 'a', analysis('scale'))
  // Dies between the lock and the run: Playbooks, policy and target read, the lock taken.
  const kubernetes = dyingAfter(stage.kubernetes, 4)
  await expect(deliver(stage, event, stage.replica({ kubernetes }))).rejects.toThrow('died')
  expect((await lockOn(stage)).holder).toBeDefined()

  expect(await repair(stage)).toEqual([])
  expect((await lockOn(stage)).holder).toBeDefined()
  stage.clock.advance(2 * MINUTE)
  expect(await repair(stage)).toEqual([])

  expect(await lockOn(stage)).toMatchObject({ holder: undefined, recent: [], restsUntil: 0 })
  expect(await sweepOnce(stage)).toEqual([])
})

test('somebody who claims that a run is gone frees nothing', async () => {
  await using stage = await startStage()
  await registered(stage, 'scale')
  const { run } = await begin(stage, 'a', analysis('scale'))

  await deliver(stage, changed(await readRun(stage, run), TYPE.objectDeleted))

  expect((await lockOn(stage)).holder?.name).toBe(run)
})

test('a waiting run that is deleted the moment its turn comes gives the turn to the next', async () => {
  await using stage = await startStage({ env: { COOLDOWN_SECONDS: '0' } })
  const [first = '', second = '', third = ''] = await line(stage, 3)
  const event = ended(await finish(stage, first))
  // The first patch takes the mark off the run that ended; the second lets the next one go.
  let patches = 0
  const kubernetes = hooked(stage.kubernetes, async (verb, { kind }) => {
    if (verb === 'patch' && kind === 'PipelineRun' && ++patches === 2) await removeRun(stage, second)
  })

  const reply = await deliver(stage, event, stage.replica({ kubernetes }))

  expect(reply).toMatchObject({ type: TYPE.started, subject: third })
  expect(await running(stage)).toEqual([third])
  expect((await lockOn(stage)).holder?.name).toBe(third)
})

test('a run that is pruned while its end is handled frees its target all the same', async () => {
  await using stage = await startStage({ env: { COOLDOWN_SECONDS: '0' } })
  const [first = '', second = ''] = await line(stage, 2)
  const event = ended(await finish(stage, first))
  const prune = () => removeRun(stage, first)
  const kubernetes = interrupted(stage.kubernetes, ['patch', 'PipelineRun'], prune)

  await deliver(stage, event, stage.replica({ kubernetes }))

  expect(await running(stage)).toEqual([second])
})
