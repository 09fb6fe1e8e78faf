// The lock of one target as a value, and the only ways in which it changes: pure.

import type { Finish } from './marks.ts'

/** What a run is of, kept so that it can be told when the run is gone. */
export interface RunOf {
  readonly name: string
  readonly version: string
  readonly digest: string
}

/** The run that has the target; its uid is known once the run exists. */
export interface Holder {
  readonly namespace: string
  readonly name: string
  readonly uid?: string | undefined
  readonly playbook: RunOf
  /** Milliseconds since the epoch. */
  readonly since: number
}

/** What must outlive a run: that it was, how it ended and when. */
export interface PastRun {
  readonly correlationId: string
  readonly uid?: string | undefined
  readonly playbook: RunOf
  readonly outcome: Finish
  /** Milliseconds since the epoch. */
  readonly endedAt: number
}

export interface LockState {
  readonly holder?: Holder | undefined
  /** Until when the target rests; milliseconds since the epoch. */
  readonly restsUntil: number
  /** The newest first. */
  readonly recent: readonly PastRun[]
}

export const FREE: LockState = { restsUntil: 0, recent: [] }

/** Enough to know a repeated event by; a Lease stays small. */
const REMEMBERED = 20

export type Attempt =
  | { readonly kind: 'acquired'; readonly state: LockState }
  | { readonly kind: 'held'; readonly state: LockState }
  | { readonly kind: 'past'; readonly run: PastRun }
  | { readonly kind: 'busy'; readonly holder: Holder }
  | { readonly kind: 'resting'; readonly until: number }

export interface Applicant {
  readonly namespace: string
  readonly name: string
  readonly uid?: string | undefined
  readonly correlationId: string
  readonly playbook: RunOf
}

function isHeldBy(holder: Holder, run: { namespace: string; name: string }): boolean {
  return holder.namespace === run.namespace && holder.name === run.name
}

/** Takes the lock if it is free and the target is rested; a run that has it already keeps it; one that ended stays ended. */
export function tryAcquire(state: LockState, applicant: Applicant, now: number): Attempt {
  const { namespace, name, uid, correlationId, playbook } = applicant
  const past = state.recent.find(run => run.correlationId === correlationId)
  if (past !== undefined) return { kind: 'past', run: past }
  const { holder } = state
  if (holder !== undefined && isHeldBy(holder, applicant)) return { kind: 'held', state }
  if (holder !== undefined) return { kind: 'busy', holder }
  if (state.restsUntil > now) return { kind: 'resting', until: state.restsUntil }
  return { kind: 'acquired', state: { ...state, holder: { namespace, name, uid, playbook, since: now } } }
}

/** Notes which run object the holder is; undefined when there is nothing to note. */
export function nameHolder(
  state: LockState,
  run: { namespace: string; name: string; uid: string },
): LockState | undefined {
  const { holder } = state
  if (holder === undefined || !isHeldBy(holder, run) || holder.uid === run.uid) return undefined
  return { ...state, holder: { ...holder, uid: run.uid } }
}

export interface Release {
  readonly namespace: string
  readonly name: string
  /** Absent when the run never existed: then nothing is remembered and the target need not rest. */
  readonly past?: PastRun
  readonly restMs: number
}

/** Lets go of the lock; undefined when the run does not have it. */
export function release(state: LockState, { namespace, name, past, restMs }: Release): LockState | undefined {
  const { holder } = state
  if (holder === undefined || !isHeldBy(holder, { namespace, name })) return undefined
  if (past === undefined) return { ...state, holder: undefined }
  const recent = [past, ...state.recent].slice(0, REMEMBERED)
  return { holder: undefined, recent, restsUntil: Math.max(state.restsUntil, past.endedAt + restMs) }
}
