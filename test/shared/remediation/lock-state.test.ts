// The lock of a target: one holder at most, no second run of what ended, and rest in between.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  FREE,
  type LockState,
  nameHolder,
  type PastRun,
  release,
  tryAcquire,
} from '../../../shared/remediation/lock-state.ts'
import { applicant, begin, lockSteps } from './lock-model.ts'

const one = applicant('1')
const two = applicant('2')
const { namespace, name, playbook } = one

function held(now = 100): LockState {
  const attempt = tryAcquire(FREE, one, now)
  if (attempt.kind !== 'acquired') throw new Error(attempt.kind)
  return attempt.state
}

function past(correlationId: string, endedAt: number): PastRun {
  return { correlationId, uid: 'u', playbook, outcome: 'failed', endedAt }
}

test('whatever is tried, in whatever order, it behaves as on paper', () => {
  fc.assert(
    fc.property(lockSteps(), steps => {
      const { model, real } = begin()
      fc.modelRun(() => ({ model, real }), steps)
      const { state } = real
      expect(state.holder?.name).toBe(model.holder === undefined ? undefined : `rem-${model.holder}`)
      expect(state.holder?.uid).toBe(
        model.uid === undefined || model.holder === undefined ? undefined : model.uid,
      )
      expect(state.recent.map(run => run.correlationId)).toEqual(model.ended.slice(0, 20))
      expect(state.restsUntil).toBe(model.restsUntil)
    }),
    { numRuns: 200 },
  )
})

describe('a run that wants the target', () => {
  test('takes it while it is free, and says since when and for what', () => {
    expect(tryAcquire(FREE, { ...one, uid: 'u' }, 100)).toEqual({
      kind: 'acquired',
      state: { ...FREE, holder: { namespace, name, uid: 'u', playbook, since: 100 } },
    })
  })

  test('keeps it when asked again', () => {
    const state = held()
    expect(tryAcquire(state, one, 200)).toEqual({ kind: 'held', state })
  })

  test('waits while another has it', () => {
    expect(tryAcquire(held(), two, 200)).toMatchObject({ kind: 'busy', holder: { name } })
  })

  test('of another namespace is another run', () => {
    expect(tryAcquire(held(), { ...one, namespace: 'team' }, 200).kind).toBe('busy')
  })

  test('waits while the target rests, to the millisecond', () => {
    const resting = release(held(), { namespace, name, past: past('1', 300), restMs: 50 }) ?? FREE
    expect(tryAcquire(resting, two, 349)).toEqual({ kind: 'resting', until: 350 })
    expect(tryAcquire(resting, two, 350).kind).toBe('acquired')
  })

  test('that ended stays ended, even once the target has rested', () => {
    const ended = release(held(), { namespace, name, past: past('1', 300), restMs: 0 }) ?? FREE
    expect(tryAcquire(ended, one, 1_000)).toEqual({ kind: 'past', run: past('1', 300) })
  })
})

describe('letting go', () => {
  test('changes nothing where the run does not have the lock', () => {
    expect(release(FREE, { namespace, name, past: past('1', 300), restMs: 50 })).toBeUndefined()
    expect(release(held(), { namespace, name: two.name, past: past('2', 300), restMs: 50 })).toBeUndefined()
    expect(release(held(), { namespace: 'team', name, past: past('1', 300), restMs: 50 })).toBeUndefined()
  })

  test('of a run that never was leaves no trace and no rest', () => {
    expect(release(held(), { namespace, name, restMs: 50 })).toEqual({ ...FREE, holder: undefined })
  })

  test('never shortens a rest', () => {
    const state = { ...held(), restsUntil: 9_000 }
    expect(release(state, { namespace, name, past: past('1', 300), restMs: 50 })?.restsUntil).toBe(9_000)
  })

  test('forgets the oldest beyond twenty', () => {
    const recent = Array.from({ length: 20 }, (_, index) => past(`old-${index}`, index))
    const next = release({ ...held(), recent }, { namespace, name, past: past('1', 300), restMs: 0 })
    expect(next?.recent).toHaveLength(20)
    expect(next?.recent[0]).toEqual(past('1', 300))
    expect(next?.recent.at(-1)?.correlationId).toBe('old-18')
  })
})

describe('the holder is named', () => {
  test('once it exists', () => {
    expect(nameHolder(held(), { namespace, name, uid: 'u' })?.holder).toEqual({
      namespace,
      name,
      uid: 'u',
      playbook,
      since: 100,
    })
  })

  test.each<[string, LockState, string]>([
    ['nobody, while it is free', FREE, name],
    ['no other run', held(), two.name],
    ['not again', nameHolder(held(), { namespace, name, uid: 'u' }) ?? FREE, name],
  ])('%s', (_, state, who) => {
    expect(nameHolder(state, { namespace, name: who, uid: 'u' })).toBeUndefined()
  })
})
