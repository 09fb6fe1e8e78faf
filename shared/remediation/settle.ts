// What happens to a target's lock, and to what the limits gave, when its run has ended or is gone.

import type { Kubernetes } from '../kubernetes/client.ts'
import { isNotFound } from '../kubernetes/errors.ts'
import { pipelineRuns } from '../kubernetes/resources.ts'
import { parseDuration } from '../runtime/duration.ts'
import { applicantOf, lockOf } from './advance.ts'
import { changeLock } from './change-lock.ts'
import { denialOf } from './denial.ts'
import { isLimited } from './limits.ts'
import { leave, turnAway } from './line.ts'
import { type Lock, readLock } from './lock.ts'
import { isSameRun, type LockState, type PastRun, type RunKey, release } from './lock-state.ts'
import { ANNOTATION, endingOf, type Finish, LABEL, type PipelineRun, RUN_PREFIX } from './marks.ts'
import type { Guard, Rules } from './rules.ts'
import { freeSlots } from './slots.ts'

function pastOf(run: PipelineRun, outcome: Finish, now: number): PastRun {
  const ended = Date.parse(run.status?.completionTime ?? '')
  const { correlationId, namespace, uid, playbook } = applicantOf(run)
  return {
    correlationId,
    namespace,
    uid,
    playbook,
    outcome,
    endedAt: Number.isNaN(ended) ? now : ended,
  }
}

function restOf(cooldown: string | undefined, { cooldownMs }: Rules): number {
  return (cooldown === undefined ? undefined : parseDuration(cooldown)) ?? cooldownMs
}

/** A run that was denied never ran: nothing rests for it, and its event is not let in again. */
function afterDenial(state: LockState, run: PipelineRun): LockState | undefined {
  const { correlationId, namespace, name } = applicantOf(run)
  const denial = denialOf(run)
  const key = { namespace, name }
  const next = release(state, { ...key, restMs: 0 }) ?? leave(state, key)
  const isKnown = state.turnedAway.some(each => each.correlationId === correlationId)
  return denial === undefined || isKnown ? next : turnAway(next ?? state, { correlationId, ...denial })
}

/**
 * Gives back a finished run's slots, records its outcome in its target's lock, lets go of it, and takes the mark off
 * the run: the mark last, because by it the sweep finds what a crash has left.
 */
export async function settleRun(guard: Guard, run: PipelineRun): Promise<Lock | undefined> {
  const { kubernetes, rules, now } = guard
  const lock = lockOf(run, rules.systemNamespace)
  const ending = endingOf(run)
  if (lock === undefined || ending === undefined) return undefined
  const { namespace, name } = applicantOf(run)
  const key = { namespace, name }
  const restMs = restOf(run.metadata.annotations?.[ANNOTATION.cooldown], rules)
  const past = pastOf(run, ending.finish, now)
  const isDenied = denialOf(run) !== undefined
  const isMarked = run.metadata.labels?.[LABEL.lock] !== undefined
  // One that was settled before may be looked at again for a slot of a limit that is no more.
  if (isLimited(rules.limits) || !isMarked) await freeSlots(guard, key, isDenied ? 'never ran' : 'ended')
  await changeLock(kubernetes, lock, state => ({
    next: isDenied
      ? afterDenial(state, run)
      : (release(state, { ...key, past, restMs }) ?? leave(state, key)),
    result: undefined,
  }))
  if (isMarked) await unmark(kubernetes, key)
  return lock
}

/** A run that was pruned meanwhile has no mark any more, and the next in line still waits for its turn. */
async function unmark(kubernetes: Kubernetes, key: RunKey): Promise<void> {
  const patch = { metadata: { labels: { [LABEL.lock]: null, [LABEL.waiting]: null } } }
  await kubernetes.patch(pipelineRuns, key, patch).catch(error => {
    if (!isNotFound(error)) throw error
  })
}

/** A run that never came to be is given this long: its event may still be on its way. */
const UNBORN_MS = 60_000

/** The state without a run that is gone; undefined where it has nothing, or may still come to be. */
function without(state: LockState, gone: RunKey, { rules, now }: Guard): LockState | undefined {
  const { holder } = state
  // Another holder than that run keeps it: somebody else may have settled it and started the next one meanwhile.
  if (holder === undefined || !isSameRun(holder, gone)) return leave(state, gone)
  const { namespace, name, uid, playbook } = holder
  const restMs = restOf(holder.cooldown, rules)
  if (uid === undefined)
    return now - holder.since < UNBORN_MS ? undefined : release(state, { ...gone, restMs })
  const correlationId = name.slice(RUN_PREFIX.length)
  const past: PastRun = { correlationId, namespace, uid, playbook, outcome: 'cancelled', endedAt: now }
  return release(state, { ...gone, past, restMs })
}

/** Frees what a run had that is gone: one that was deleted counts as cancelled, one that was never made as nothing. */
export async function settleGone(guard: Guard, lock: Lock, gone: RunKey): Promise<void> {
  const { kubernetes } = guard
  const before = await readLock(kubernetes, lock)
  if (before.holder !== undefined && isSameRun(before.holder, gone)) {
    if (without(before, gone, guard) === undefined) return
    await freeSlots(guard, gone, before.holder.uid === undefined ? 'never ran' : 'ended')
  }
  await changeLock(kubernetes, lock, state => ({ next: without(state, gone, guard), result: undefined }))
}
