// Which runs wait for an event that never came, and which locks and slots for a run that is gone; pure.

import { approvalOf } from '../../shared/remediation/approval.ts'
import type { FoundLock } from '../../shared/remediation/find-lock.ts'
import { isSameRun, type RunKey } from '../../shared/remediation/lock-state.ts'
import { endingOf, isPending, isRunning, LABEL, type PipelineRun } from '../../shared/remediation/marks.ts'
import { holderOf } from '../../shared/remediation/slot-state.ts'
import { impatientFrom, queuedAt } from '../../shared/remediation/waiting.ts'
import type { Open } from './gather.ts'

/** What happened this recently is probably still on its way. */
export const GRACE_MS = 30_000

function lockOfRun(run: PipelineRun, locks: readonly FoundLock[]): FoundLock | undefined {
  return locks.find(({ lock }) => lock.targetHash === run.metadata.labels?.[LABEL.target])
}

function keyOf({ metadata }: PipelineRun): RunKey {
  return { namespace: metadata.namespace ?? 'default', name: metadata.name }
}

/** It has the target, or is the next to have it, or stands in no line. */
function isItsTurn(run: PipelineRun, locks: readonly FoundLock[], now: number): boolean {
  const state = lockOfRun(run, locks)?.state
  if (state === undefined) return true
  const key = keyOf(run)
  if (state.holder !== undefined) return isSameRun(state.holder, key)
  const isInLine = state.line.some(place => isSameRun(place, key))
  const [first] = state.line
  return state.restsUntil <= now && (!isInLine || (first !== undefined && isSameRun(first, key)))
}

/**
 * A queued run whose turn has come or that waits for too long, one that was not let go, one let go by hand, or one whose
 * approval was given, refused or never came.
 */
function isDue(run: PipelineRun, { locks, patienceMs }: Open, now: number): boolean {
  const waiting = run.metadata.labels?.[LABEL.waiting]
  if (waiting === undefined || endingOf(run) !== undefined) return false
  if (now - queuedAt(run) < GRACE_MS) return false
  if (!isPending(run)) return isRunning(run)
  if (['approved', 'denied', 'expired'].includes(approvalOf(run, now).kind)) return true
  return waiting === 'queue' && (now - impatientFrom(run) > patienceMs || isItsTurn(run, locks, now))
}

/** The longest waiting first: those that stand in no line join it in this order. */
export function dueRuns(open: Open, now: number): PipelineRun[] {
  return open.unsettled.filter(run => isDue(run, open, now)).sort((a, b) => queuedAt(a) - queuedAt(b))
}

/** Runs whose starter died before it named them in their lock: were one of these deleted, nobody could tell that it ran. */
export function unnamedRuns({ unsettled, locks }: Open, now: number): PipelineRun[] {
  return unsettled.filter(run => {
    if (!isRunning(run)) return false
    const holder = lockOfRun(run, locks)?.state.holder
    if (holder === undefined || holder.uid !== undefined || now - holder.since < GRACE_MS) return false
    return isSameRun(holder, keyOf(run))
  })
}

interface Seen extends RunKey {
  readonly uid?: string | undefined
  readonly since: number
}

/** Runs that have a lock, a place in line or a slot and are not among those that exist with a mark, each once. */
export function lostRuns(open: Open, now: number): Seen[] {
  const inLocks = open.locks.flatMap(({ state }): Seen[] => [
    ...(state.holder === undefined ? [] : [state.holder]),
    ...state.line,
  ])
  const inSlots = open.slots
    .filter(({ metadata }) => metadata.name.startsWith('slot-'))
    .flatMap((lease): Seen[] => {
      const holder = holderOf(lease)
      return holder === undefined ? [] : [{ ...holder, since: Date.parse(lease.spec.acquireTime ?? '') }]
    })
  const living = new Set(open.unsettled.map(keyOf).map(({ namespace, name }) => `${namespace}/${name}`))
  const lost = [...inSlots, ...inLocks].filter(
    ({ namespace, name, since }) => !(now - since < GRACE_MS) && !living.has(`${namespace}/${name}`),
  )
  return [...new Map(lost.map(each => [`${each.namespace}/${each.name}`, each])).values()]
}
