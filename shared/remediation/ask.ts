// What comes of a remediation that asks for its target: it has it, it waits, it is turned away, or a person is asked; pure.

import { type LoopRule, loopOf } from './futile.ts'
import { join, leave, placeIn, turnAway } from './line.ts'
import { type Applicant, type Attempt, type LockState, tryAcquire } from './lock-state.ts'

/** What a playbook wants where its target is not free. */
export type OnBusy = 'queue' | 'drop' | 'reject'

export interface Terms {
  readonly now: number
  readonly onBusy: OnBusy
  /** How many may wait for one target. */
  readonly length: number
  readonly loop: LoopRule
}

export type Asked =
  | { readonly kind: 'acquired' | 'held' }
  | { readonly kind: 'past' }
  | { readonly kind: 'asks'; readonly why: string }
  | { readonly kind: 'waits'; readonly since: number; readonly why: string }
  /** Without a reason nobody is told. */
  | { readonly kind: 'turned away'; readonly reason?: string | undefined; readonly message: string }

export interface Answer {
  /** What the lock becomes; undefined where it stays as it is. */
  readonly next: LockState | undefined
  readonly result: Asked
}

type Refused = Extract<Attempt, { kind: 'busy' | 'resting' | 'behind' }>

/** Why the target is not free, for people. */
function whyNot(attempt: Refused): string {
  if (attempt.kind === 'busy') return `${attempt.holder.namespace}/${attempt.holder.name} has the target`
  if (attempt.kind === 'resting') return `the target rests until ${new Date(attempt.until).toISOString()}`
  return `${attempt.first.namespace}/${attempt.first.name} is first in line for the target`
}

function away(
  state: LockState,
  { correlationId }: Applicant,
  verdict: { reason?: string; message: string },
): Answer {
  return {
    next: turnAway(state, { correlationId, ...verdict }),
    result: { kind: 'turned away', ...verdict },
  }
}

/** A target that is not free: by the playbook's wish and the room that is left. */
function waitOrGo(
  state: LockState,
  applicant: Applicant,
  { why, terms }: { why: string; terms: Terms },
): Answer {
  const { now, onBusy, length } = terms
  if (onBusy === 'drop') return away(state, applicant, { message: `Dropped: ${why}.` })
  if (onBusy === 'reject')
    return away(state, applicant, {
      reason: 'TargetBusy',
      message: `The playbook does not wait (onBusy: reject), and ${why}.`,
    })
  if (state.line.length >= length)
    return away(state, applicant, {
      reason: 'QueueFull',
      message: `${state.line.length} remediations wait for this target already, and ${why}.`,
    })
  const next = join(state, { ...applicant, since: now })
  return { next, result: { kind: 'waits', since: now, why } }
}

/** A remediation that was validated asks for its target, for the first time or again. */
export function ask(state: LockState, applicant: Applicant, terms: Terms): Answer {
  const before = state.turnedAway.find(each => each.correlationId === applicant.correlationId)
  if (before !== undefined) {
    const { reason, message } = before
    return { next: undefined, result: { kind: 'turned away', reason, message } }
  }
  const attempt = tryAcquire(state, applicant, terms.now)
  if (attempt.kind === 'past' || attempt.kind === 'held')
    return { next: undefined, result: { kind: attempt.kind } }
  const place = placeIn(state, applicant)
  const loop = loopOf(state.recent, askedFor(applicant), { ...terms.loop, now: terms.now })
  if (loop !== undefined) return { next: leave(state, applicant), result: { kind: 'asks', why: loop } }
  if (attempt.kind === 'acquired') return { next: attempt.state, result: { kind: 'acquired' } }
  const why = whyNot(attempt)
  if (place !== undefined) return { next: undefined, result: { kind: 'waits', since: place.since, why } }
  return waitOrGo(state, applicant, { why, terms })
}

export interface Turn {
  readonly now: number
  /** When the run queued. */
  readonly since: number
  readonly loop: LoopRule
  /** A person has seen it: nobody is asked again. */
  readonly isApproved: boolean
}

/** A run that exists and waits asks whether it is its turn; one that is in no line joins it in its place. */
export function askAgain(state: LockState, applicant: Applicant, turn: Turn): Answer {
  const { now, since, loop, isApproved } = turn
  const joined = join(state, { ...applicant, since })
  const attempt = tryAcquire(joined ?? state, applicant, now)
  if (attempt.kind === 'held') return { next: undefined, result: { kind: 'held' } }
  if (attempt.kind === 'past') return { next: leave(state, applicant), result: { kind: 'past' } }
  if (attempt.kind !== 'acquired')
    return { next: joined, result: { kind: 'waits', since, why: whyNot(attempt) } }
  const why = isApproved ? undefined : loopOf(state.recent, askedFor(applicant), { ...loop, now })
  if (why !== undefined) return { next: leave(state, applicant), result: { kind: 'asks', why } }
  return { next: attempt.state, result: { kind: 'acquired' } }
}

function askedFor({ namespace, playbook }: Applicant): { namespace: string; playbook: string } {
  return { namespace, playbook: playbook.name }
}
