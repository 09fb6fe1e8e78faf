// The process dies after any of its calls: what comes after, the same event or the sweep, makes it whole.

import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CloudEvent } from '../../../shared/events/cloudevent.ts'
import { TYPE } from '../../../shared/events/contract.ts'
import { changed, ended } from '../../kit/events.ts'
import { dyingAfter } from '../../kit/hook.ts'
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
  runningOn,
  runsOn,
  validated,
} from '../../kit/remediations.ts'
import { repair } from '../../kit/repair.ts'
import { type Stage, startStage } from '../../kit/stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
  await registered(stage, 'scale', { cooldown: '0' })
  await registered(stage, 'manual', { cooldown: '0', approval: 'manual' })
})
afterAll(() => stage[Symbol.asyncDispose]())

/** More calls than any event needs: after the last of these nobody dies. */
const DEATHS = Array.from({ length: 16 }, (_, calls) => calls)

async function die(event: CloudEvent, calls: number): Promise<void> {
  const kubernetes = dyingAfter(stage.kubernetes, calls)
  const error: unknown = await deliver(stage, event, stage.replica({ kubernetes })).catch(thrown => thrown)
  if (error instanceof Error) expect(error.message).toContain('died')
  if (calls === DEATHS.at(-1)) expect(error).not.toBeInstanceOf(Error)
}

async function lineOfTwo(target: string): Promise<{ event: CloudEvent; second: string }> {
  const first = await begin(stage, `${target}-1`, analysis('scale', target))
  const second = await begin(stage, `${target}-2`, analysis('scale', target))
  return { event: ended(await finish(stage, first.run)), second: second.run }
}

async function expectOnly(target: string, run: string): Promise<void> {
  const { uid } = (await readRun(stage, run)).metadata
  expect(await runningOn(stage, target)).toEqual([run])
  expect((await lockOn(stage, target)).holder).toMatchObject({ name: run, uid })
}

test.each(DEATHS)(
  'a start that dies after %i calls and comes again is one run with the target',
  async calls => {
    const target = `start-${calls}`
    const event = await validated(stage, target, analysis('scale', target))

    await die(event, calls)
    expect(await deliver(stage, event)).toMatchObject({ type: TYPE.started })

    const [run = '', ...others] = await runsOn(stage, target)
    expect(others).toEqual([])
    await expectOnly(target, run)
  },
)

test.each(DEATHS)('a start that dies after %i calls and never comes again blocks nobody', async calls => {
  const target = `lost-${calls}`
  await die(await validated(stage, target, analysis('scale', target)), calls)

  stage.clock.advance(120_000)
  await repair(stage)

  const runs = await runsOn(stage, target)
  expect(runs.length).toBeLessThanOrEqual(1)
  expect((await lockOn(stage, target)).holder?.name).toBe(runs[0])
})

test.each(DEATHS)('queueing that dies after %i calls and comes again is one run in line', async calls => {
  const target = `queue-${calls}`
  const first = await begin(stage, `${target}-1`, analysis('scale', target))
  const event = await validated(stage, `${target}-2`, analysis('scale', target))

  await die(event, calls)
  expect(await deliver(stage, event)).toMatchObject({ type: TYPE.queued })

  expect(await runsOn(stage, target)).toHaveLength(2)
  await expectOnly(target, first.run)
})

test.each(DEATHS)('an end that dies after %i calls and comes again starts the next, once', async calls => {
  const target = `end-${calls}`
  const { event, second } = await lineOfTwo(target)

  await die(event, calls)
  await deliver(stage, event)

  await expectOnly(target, second)
})

test.each(DEATHS)('an end that dies after %i calls is finished by the sweep', async calls => {
  const target = `swept-${calls}`
  const { event, second } = await lineOfTwo(target)

  await die(event, calls)
  stage.clock.advance(120_000)
  await repair(stage)
  await repair(stage)

  await expectOnly(target, second)
})

test.each(DEATHS)(
  'a deletion whose handling dies after %i calls frees the target all the same',
  async calls => {
    const target = `gone-${calls}`
    const first = await begin(stage, `${target}-1`, analysis('scale', target))
    const second = await begin(stage, `${target}-2`, analysis('scale', target))
    const event = changed(await readRun(stage, first.run), TYPE.objectDeleted)
    await removeRun(stage, first.run)

    await die(event, calls)
    await deliver(stage, event)
    stage.clock.advance(360_000)
    await repair(stage)

    await expectOnly(target, second.run)
  },
)

test.each(DEATHS)(
  'an approval whose handling dies after %i calls is one run with the target',
  async calls => {
    const target = `approved-${calls}`
    const { run } = await begin(stage, target, analysis('manual', target))
    const event = changed(await release(stage, run))

    await die(event, calls)
    await deliver(stage, event)

    await expectOnly(target, run)
  },
)
