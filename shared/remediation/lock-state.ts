// The lock of one target as a value, and the only ways in which it changes hands: pure.

import type { Finish } from './marks.ts'

/** What a run is of, kept so that it can be told when the run is gone. */
export interface RunOf {
  readonly name: string
  readonly version: string
  readonly digest: string
}

export interface RunKey {
  readonly namespace: string
  readonly name: string
}

/** The run that has the target; its uid is known once the run exists. */
export interface Holder extends RunKey {
  readonly uid?: string | undefined
  readonly playbook: RunOf
  /** Its Playbook's own, as it is written there: known even when the run is gone. */
  readonly cooldown?: string | undefined
  /** Milliseconds since the epoch. */
  readonly since: number
}

/** What must outlive a run: that it was, how it ended and when. */
export interface PastRun {
  readonly correlationId: string
  /** The Playbook's own, which is the run's too. */
  readonly namespace?: string | undefined
  readonly uid?: string | undefined
  readonly playbook: RunOf
  readonly outcome: Finish
  /** Milliseconds since the epoch. */
  readonly endedAt: number
}

/** A place in line: by when it was taken, in milliseconds since the epoch, then by name. */
export interface Place extends RunKey {
  readonly since: number
}

/** A remediation that was not let in, so that its event gets the same answer when it comes again. */
export interface TurnedAway {
  readonly correlationId: string
  /** Absent where nobody is told. */
  readonly reason?: string | undefined
  readonly message: string
}

export interface LockState {
  readonly holder?: Holder | undefined
  /** Until when the target rests; milliseconds since the epoch. */
  readonly restsUntil: number
  /** The newest first. */
  readonly recent: readonly PastRun[]
  /** The next one first. */
  readonly line: readonly Place[]
  /** The newest first. */
  readonly turnedAway: readonly TurnedAway[]
}

export const FREE: LockState = { restsUntil: 0, recent: [], line: [], turnedAway: [] }

/** Enough to know a repeated event by; a Lease stays small. */
export const REMEMBERED = 20

export type Attempt =
  | { readonly kind: 'acquired'; readonly state: LockState }
  | { readonly kind: 'held'; readonly state: LockState }
  | { readonly kind: 'past'; readonly run: PastRun }
  | { readonly kind: 'busy'; readonly holder: Holder }
  | { readonly kind: 'resting'; readonly until: number }
  | { readonly kind: 'behind'; readonly first: Place }

export interface Applicant extends RunKey {
  readonly uid?: string | undefined
  readonly correlationId: string
  readonly playbook: RunOf
  readonly cooldown?: string | undefined
}

export function isSameRun(one: RunKey, other: RunKey): boolean {
  return one.namespace === other.namespace && one.name === other.name
}

/** The applicant has the lock from now on, wherever it stood in line. */
export function give(state: LockState, applicant: Applicant, now: number): LockState {
  const { namespace, name, uid, playbook, cooldown } = applicant
  const line = state.line.filter(place => !isSameRun(place, applicant))
  return { ...state, line, holder: { namespace, name, uid, playbook, cooldown, since: now } }
}

/**
 * Takes the lock if it is free and rested and nobody else is first in line; a run that has it already keeps it; one
 * that ended stays ended.
 */
export function tryAcquire(state: LockState, applicant: Applicant, now: number): Attempt {
  const past = state.recent.find(run => run.correlationId === applicant.correlationId)
  if (past !== undefined) return { kind: 'past', run: past }
  const { holder } = state
  if (holder !== undefined && isSameRun(holder, applicant)) return { kind: 'held', state }
  if (holder !== undefined) return { kind: 'busy', holder }
  if (state.restsUntil > now) return { kind: 'resting', until: state.restsUntil }
  const [first] = state.line
  if (first !== undefined && !isSameRun(first, applicant)) return { kind: 'behind', first }
  return { kind: 'acquired', state: give(state, applicant, now) }
}

/** Notes which run object the holder is; undefined when there is nothing to note. */
export function nameHolder(state: LockState, run: RunKey & { uid: string }): LockState | undefined {
  const { holder } = state
  if (holder === undefined || !isSameRun(holder, run) || holder.uid === run.uid) return undefined
  return { ...state, holder: { ...holder, uid: run.uid } }
}

export interface Release extends RunKey {
  /** Absent when the run never existed: then nothing is remembered and the target need not rest. */
  readonly past?: PastRun
  readonly restMs: number
}

/** Lets go of the lock; undefined when the run does not have it. */
export function release(state: LockState, { past, restMs, ...run }: Release): LockState | undefined {
  const { holder } = state
  if (holder === undefined || !isSameRun(holder, run)) return undefined
  if (past === undefined) return { ...state, holder: undefined }
  const recent = [past, ...state.recent].slice(0, REMEMBERED)
  const restsUntil = Math.max(state.restsUntil, past.endedAt + restMs)
  return { ...state, holder: undefined, recent, restsUntil }
}
