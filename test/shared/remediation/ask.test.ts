// What comes of asking for a target: by the target's state, the playbook's wish, the room in line, and what was before.

import { describe, expect, test } from 'vitest'
import { type Answer, ask, askAgain, type Terms, type Turn } from '../../../shared/remediation/ask.ts'
import { FREE, give, type LockState, type PastRun } from '../../../shared/remediation/lock-state.ts'
import { applicant } from './lock-model.ts'

const NOW = 1_000_000
const MINUTE = 60_000
const [one, two, three] = [applicant('1'), applicant('2'), applicant('3')]
const loop = { runs: 3, withinMs: 60 * MINUTE }
const terms: Terms = { now: NOW, onBusy: 'queue', length: 2, loop }
const turn: Turn = { now: NOW, since: 500, loop, isApproved: false }

const place = (run: typeof one, since: number) => ({ namespace: run.namespace, name: run.name, since })
const held = give(FREE, one, 100)
const resting: LockState = { ...FREE, restsUntil: NOW + MINUTE }
const lined: LockState = { ...FREE, line: [place(one, 10)] }
const full: LockState = { ...held, line: [place(two, 10), place(applicant('4'), 20)] }

function past(outcome: PastRun['outcome'], correlationId = 'x'): PastRun {
  return { correlationId, playbook: one.playbook, outcome, endedAt: NOW - MINUTE }
}
const futile: LockState = {
  ...FREE,
  recent: [past('failed', 'x'), past('failed', 'y'), past('succeeded', 'z')],
}

function names(answer: Answer): string[] | undefined {
  return answer.next?.line.map(each => each.name)
}

describe('a remediation asks for the first time', () => {
  test.each<[string, LockState, Partial<Terms>, object]>([
    ['of a free target', FREE, {}, { kind: 'acquired' }],
    ['of a busy one', held, {}, { kind: 'waits', since: NOW, why: 'sre/rem-1 has the target' }],
    [
      'of a resting one',
      resting,
      {},
      { kind: 'waits', why: 'the target rests until 1970-01-01T00:17:40.000Z' },
    ],
    ['behind others', lined, {}, { kind: 'waits', why: 'sre/rem-1 is first in line for the target' }],
    [
      'and its playbook drops',
      held,
      { onBusy: 'drop' },
      { kind: 'turned away', message: 'Dropped: sre/rem-1 has the target.' },
    ],
    [
      'and its playbook rejects',
      resting,
      { onBusy: 'reject' },
      { kind: 'turned away', reason: 'TargetBusy', message: expect.stringContaining('rests until') },
    ],
    [
      'and the line is full',
      full,
      {},
      { kind: 'turned away', reason: 'QueueFull', message: expect.stringContaining('2 remediations wait') },
    ],
    [
      'in vain',
      futile,
      {},
      { kind: 'asks', why: expect.stringContaining('3 times within 1 h in vain: 2 failed') },
    ],
    ['of a busy target, in vain', { ...futile, holder: held.holder }, {}, { kind: 'asks' }],
    ['once more after it ended', { ...FREE, recent: [past('failed', '3')] }, {}, { kind: 'past' }],
  ])('%s', (_, state, more, result) => {
    expect(ask(state, three, { ...terms, ...more }).result).toMatchObject(result)
  })

  test('drops and rejects ask for a free target like any other', () => {
    for (const onBusy of ['drop', 'reject'] as const)
      expect(ask(FREE, one, { ...terms, onBusy }).result.kind).toBe('acquired')
  })
})

describe('its event comes again', () => {
  test('while it has the target', () => {
    expect(ask(held, one, terms)).toEqual({ next: undefined, result: { kind: 'held' } })
  })

  test('while it waits: in the same place, since the same time', () => {
    const first = ask(held, two, terms)
    const again = ask(first.next ?? FREE, two, { ...terms, now: NOW + MINUTE })
    expect(again).toEqual({ next: undefined, result: { ...first.result, since: NOW } })
  })

  test('after it was turned away: the same answer, also when the target is free by now', () => {
    const first = ask(held, two, { ...terms, onBusy: 'reject' })
    const later = { ...(first.next ?? FREE), holder: undefined }
    expect(ask(later, two, { ...terms, onBusy: 'queue' })).toEqual({ next: undefined, result: first.result })
  })

  test('after twenty others were turned away: it is forgotten', () => {
    let state = ask(held, one, { ...terms, onBusy: 'drop' }).next ?? held
    for (let index = 0; index < 20; index++)
      state = ask(state, applicant(`many-${index}`), { ...terms, onBusy: 'drop' }).next ?? state
    expect(state.turnedAway).toHaveLength(20)
  })
})

describe('a run that waits asks again', () => {
  test.each<[string, LockState, object, string[] | undefined]>([
    ['first in line', { ...FREE, line: [place(two, 500), place(one, 600)] }, { kind: 'acquired' }, ['rem-1']],
    ['in no line', FREE, { kind: 'acquired' }, []],
    ['in no line, before all others', { ...FREE, line: [place(one, 600)] }, { kind: 'acquired' }, ['rem-1']],
    ['in no line, after others', lined, { kind: 'waits', since: 500 }, ['rem-1', 'rem-2']],
    ['in its place', { ...FREE, line: [place(one, 10), place(two, 500)] }, { kind: 'waits' }, undefined],
    [
      'while another runs',
      held,
      { kind: 'waits', why: expect.stringContaining('has the target') },
      ['rem-2'],
    ],
    ['while the target rests', resting, { kind: 'waits' }, ['rem-2']],
    ['with the target', give(FREE, two, 100), { kind: 'held' }, undefined],
    ['in vain', { ...futile, line: [place(two, 500)] }, { kind: 'asks' }, []],
    [
      'after it ended',
      { ...FREE, recent: [past('failed', '2')], line: [place(two, 500)] },
      { kind: 'past' },
      [],
    ],
  ])('%s', (_, state, result, line) => {
    const answer = askAgain(state, two, turn)
    expect(answer.result).toMatchObject(result)
    expect(names(answer)).toEqual(line)
  })

  test('in vain, but a person has approved it', () => {
    expect(askAgain(futile, two, { ...turn, isApproved: true }).result.kind).toBe('acquired')
  })

  test('of the same moment, by name', () => {
    const state = { ...FREE, line: [place(three, 500)] }
    expect(askAgain(state, two, turn).result.kind).toBe('acquired')
    expect(askAgain(state, applicant('4'), turn).result.kind).toBe('waits')
  })
})
