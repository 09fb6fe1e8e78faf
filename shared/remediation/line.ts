// The line before a target, as part of its lock's state: joining, leaving, and going back to one's place; pure.

import {
  type Applicant,
  type Attempt,
  give,
  isSameRun,
  type LockState,
  type Place,
  REMEMBERED,
  type RunKey,
  type TurnedAway,
} from './lock-state.ts'

/** By when they queued, then by name; compared by code point, so that every replica sorts alike. */
export function comparePlaces(one: Place, other: Place): number {
  return one.since - other.since || (one.name < other.name ? -1 : Number(one.name > other.name))
}

export function placeIn(state: LockState, run: RunKey): Place | undefined {
  return state.line.find(place => isSameRun(place, run))
}

/** Takes a place in line; undefined when the run has one, or the lock itself. */
export function join(state: LockState, { namespace, name, since }: Place): LockState | undefined {
  const run = { namespace, name }
  const isHolder = state.holder !== undefined && isSameRun(state.holder, run)
  if (isHolder || placeIn(state, run) !== undefined) return undefined
  return { ...state, line: [...state.line, { namespace, name, since }].sort(comparePlaces) }
}

/** Goes before all who wait, for it runs already; undefined when it has the lock. */
export function goFirst(state: LockState, { namespace, name }: RunKey): LockState | undefined {
  const first = { namespace, name, since: 0 }
  return join(leave(state, first) ?? state, first)
}

/** Leaves the line; undefined when the run is not in it. */
export function leave(state: LockState, run: RunKey): LockState | undefined {
  if (placeIn(state, run) === undefined) return undefined
  return { ...state, line: state.line.filter(place => !isSameRun(place, run)) }
}

/** Lets go of the lock without having run, and goes back to its place; undefined when the run does not have the lock. */
export function goBack(state: LockState, place: Place): LockState | undefined {
  if (state.holder === undefined || !isSameRun(state.holder, place)) return undefined
  return join({ ...state, holder: undefined }, place)
}

/** A run that a person let go runs already: it has the target, rested or not and whoever is first, unless another runs. */
export function adopt(state: LockState, applicant: Applicant, now: number): Attempt {
  const { holder } = state
  if (holder !== undefined && isSameRun(holder, applicant)) return { kind: 'held', state }
  if (holder !== undefined) return { kind: 'busy', holder }
  return { kind: 'acquired', state: give(state, applicant, now) }
}

/** Remembers that a remediation was not let in. */
export function turnAway(state: LockState, entry: TurnedAway): LockState {
  const others = state.turnedAway.filter(each => each.correlationId !== entry.correlationId)
  return { ...state, turnedAway: [entry, ...others].slice(0, REMEMBERED) }
}
