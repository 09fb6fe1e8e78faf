// Receivers that fail and tellers that die: whoever was not told is told later, under the same id.

import { expect, test } from 'vitest'
import { TYPE } from '../../../shared/events/contract.ts'
import { LABEL } from '../../../shared/remediation/marks.ts'
import { ended } from '../../kit/events.ts'
import { dyingAfter } from '../../kit/hook.ts'
import { finish, readRun, removeRun } from '../../kit/remediations.ts'
import { repair, sweepOnce } from '../../kit/repair.ts'
import { scene } from './scene.ts'

const MINUTE = 60_000

test('a receiver that is down is told later by the sweep, and then no more', () =>
  scene(async ({ stage, receiver, run, tell }) => {
    receiver.answer(503)
    const reply = await tell(ended(await finish(stage, run)))
    expect(reply?.type).toBe(TYPE.succeeded)
    receiver.answer(204)

    stage.clock.advance(2 * MINUTE)
    await repair(stage)
    await repair(stage)

    expect(receiver.taken.map(event => event.id)).toEqual([reply?.id])
    expect(await sweepOnce(stage)).toEqual([])
  }))

test('a receiver that says no for good is not asked again', () =>
  scene(async ({ stage, receiver, run, tell }) => {
    receiver.answer(410)
    await tell(ended(await finish(stage, run)))
    stage.clock.advance(2 * MINUTE)
    await repair(stage)
    expect(receiver.asked()).toBe(1)
  }))

test('a receiver that says nothing does not hold the sender', () =>
  scene(
    async ({ stage, receiver, run, tell }) => {
      receiver.answer('silence')
      expect(await tell(ended(await finish(stage, run)))).toMatchObject({ type: TYPE.succeeded })
      expect(receiver.taken).toEqual([])
      receiver.answer(204)
      await stage.services.background.idle()
      expect(receiver.taken).toHaveLength(1)
    },
    { patienceMs: 30 },
  ))

test.each([0, 1, 2, 3, 4, 5, 6])(
  'a telling that dies after %i calls is told by the sweep, under one id',
  calls =>
    scene(async ({ stage, receiver, run, tell }) => {
      const event = ended(await finish(stage, run))
      const dying = stage.replica({ kubernetes: dyingAfter(stage.kubernetes, calls) })
      await tell(event, dying).catch(error => expect(String(error)).toContain('died'))

      stage.clock.advance(2 * MINUTE)
      await repair(stage)
      await repair(stage)

      expect(new Set(receiver.taken.map(each => each.id)).size).toBe(1)
      expect((await readRun(stage, run)).metadata.labels).toMatchObject({ [LABEL.told]: 'yes' })
    }),
)

test('a deleted run is told later when nobody could be told at once', () =>
  scene(async ({ stage, receiver, run }) => {
    await removeRun(stage, run)
    stage.clock.advance(MINUTE)
    receiver.answer(503)
    await repair(stage)
    receiver.answer(204)

    stage.clock.advance(2 * MINUTE)
    await repair(stage)
    stage.clock.advance(2 * MINUTE)
    await repair(stage)

    expect(receiver.taken).toMatchObject([{ type: TYPE.cancelled, subject: run }])
  }))
