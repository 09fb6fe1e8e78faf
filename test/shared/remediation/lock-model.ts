// A model of one target's lock, and the commands that drive it and the real one side by side.

import fc from 'fast-check'
import { expect } from 'vitest'
import {
  type Applicant,
  FREE,
  type LockState,
  nameHolder,
  release,
  tryAcquire,
} from '../../../shared/remediation/lock-state.ts'

/** What a person with pencil and paper would keep. */
export interface Model {
  holder: string | undefined
  uid: string | undefined
  /** The newest first. */
  ended: string[]
  restsUntil: number
}

export interface Real {
  state: LockState
  now: number
}

/** As many as a Lease remembers. */
const REMEMBERED = 20
const playbook = { name: 'scale', version: '1.0.0', digest: 'sha256:0' }

export function applicant(correlationId: string): Applicant {
  return { namespace: 'sre', name: `rem-${correlationId}`, correlationId, playbook }
}

function remembers(model: Model, run: string): boolean {
  return model.ended.slice(0, REMEMBERED).includes(run)
}

function expected(model: Model, run: string, now: number): string {
  if (remembers(model, run)) return 'past'
  if (model.holder !== undefined) return model.holder === run ? 'held' : 'busy'
  return model.restsUntil > now ? 'resting' : 'acquired'
}

type Step = fc.Command<Model, Real>

function step(text: string, run: (model: Model, real: Real) => void): Step {
  return { check: () => true, run, toString: () => text }
}

/** Somebody wants the target: the model knows what must come of it. */
function acquire(run: string): Step {
  return step(`acquire(${run})`, (model, real) => {
    const attempt = tryAcquire(real.state, applicant(run), real.now)
    expect(attempt.kind).toBe(expected(model, run, real.now))
    if (attempt.kind === 'resting') expect(attempt.until).toBe(model.restsUntil)
    if (attempt.kind === 'busy') expect(attempt.holder.name).toBe(`rem-${model.holder}`)
    if (attempt.kind === 'past') expect(attempt.run.correlationId).toBe(run)
    if (attempt.kind === 'held') expect(attempt.state).toBe(real.state)
    if (attempt.kind !== 'acquired') return
    real.state = attempt.state
    model.holder = run
    model.uid = undefined
  })
}

/** A run says which object it is: only the holder's word counts, and only once. */
function name(run: string): Step {
  return step(`name(${run})`, (model, real) => {
    const uid = `uid-of-${run}`
    const next = nameHolder(real.state, { namespace: 'sre', name: `rem-${run}`, uid })
    expect(next !== undefined).toBe(model.holder === run && model.uid !== uid)
    if (next === undefined) return
    real.state = next
    model.uid = uid
  })
}

/** A run lets go, having ended now, or never having been made. */
function letGo(run: string, ending: 'ended' | 'unborn', restMs: number): Step {
  return step(`letGo(${run}, ${ending}, ${restMs})`, (model, real) => {
    const past = { correlationId: run, playbook, outcome: 'succeeded', endedAt: real.now } as const
    const who = { namespace: 'sre', name: `rem-${run}`, restMs }
    const next = release(real.state, ending === 'ended' ? { ...who, past } : who)
    expect(next !== undefined).toBe(model.holder === run)
    if (next === undefined) return
    real.state = next
    model.holder = undefined
    if (ending === 'unborn') return
    model.ended.unshift(run)
    model.restsUntil = Math.max(model.restsUntil, real.now + restMs)
  })
}

function wait(milliseconds: number): Step {
  return step(`wait(${milliseconds})`, (_, real) => {
    real.now += milliseconds
  })
}

/** Steps over few runs, so that they meet, and more of them than a Lease remembers. */
export function lockSteps(): fc.Arbitrary<Iterable<Step>> {
  const run = fc.integer({ min: 1, max: 30 }).map(String)
  const few = fc.constantFrom('1', '2', '3')
  const either = fc.oneof(few, run)
  const rest = fc.constantFrom(0, 50, 300)
  return fc.commands(
    [
      either.map(acquire),
      either.map(acquire),
      either.map(name),
      fc.tuple(either, rest).map(([who, restMs]) => letGo(who, 'ended', restMs)),
      either.map(who => letGo(who, 'unborn', 100)),
      fc.integer({ min: 0, max: 200 }).map(wait),
    ],
    { maxCommands: 120, size: '+1' },
  )
}

export function begin(): { model: Model; real: Real } {
  const model = { holder: undefined, uid: undefined, ended: [], restsUntil: 0 }
  return { model, real: { state: FREE, now: 1_000 } }
}
