// Who is next: the first in line for a target, or for a slot that somebody has given back.

import { pipelineRuns } from '../kubernetes/resources.ts'
import { adoptRun, lockOf } from './advance.ts'
import { changeLock } from './change-lock.ts'
import { isLimited } from './limits.ts'
import { comparePlaces, leave } from './line.ts'
import { type Lock, readLock } from './lock.ts'
import type { Holder, RunKey } from './lock-state.ts'
import { endingOf, isRunning, LABEL, type PipelineRun } from './marks.ts'
import type { Guard } from './rules.ts'
import { settleGone, settleRun } from './settle.ts'
import { type Turned, takeTurn } from './turn.ts'
import { isQueued, queuedAt } from './waiting.ts'

/** More than one finds a place of somebody who is gone in front of it; who is not reached is found by the sweep. */
const TRIES = 20
/** Targets that are tried for a slot: each costs a few calls, and an event must be answered soon. */
const TARGETS = 5

async function leaveLine({ kubernetes }: Guard, lock: Lock, place: RunKey): Promise<void> {
  await changeLock(kubernetes, lock, state => ({ next: leave(state, place), result: undefined }))
}

/** What a step came to: an answer, or look again. */
type Step = { readonly done: Turned | undefined } | 'again'

function stepOf(turned: Turned): Step {
  if (turned.kind === 'started' || turned.kind === 'asks') return { done: turned }
  return turned.kind === 'waits' ? { done: undefined } : 'again'
}

/** Somebody has the target: is it so? Its end may have been lost, or it was never let go by one who died. */
async function lookAtHolder(guard: Guard, lock: Lock, holder: Holder): Promise<Step> {
  const run = await guard.kubernetes.get<PipelineRun>(pipelineRuns, holder)
  if (run !== undefined && isQueued(run)) return stepOf(await takeTurn(guard, run))
  if (run !== undefined && endingOf(run) !== undefined) await settleRun(guard, run)
  else if (run === undefined && holder.uid !== undefined) await settleGone(guard, lock, holder)
  else return { done: undefined }
  return 'again'
}

async function lookAtFirst(guard: Guard, lock: Lock, first: RunKey): Promise<Step> {
  const run = await guard.kubernetes.get<PipelineRun>(pipelineRuns, first)
  if (run !== undefined && isRunning(run)) {
    const adopted = await adoptRun(guard, lock, run)
    return { done: adopted === undefined ? undefined : { kind: 'started', ...adopted } }
  }
  if (run !== undefined && isQueued(run)) return stepOf(await takeTurn(guard, run))
  // One that is only about to be made comes back by itself, in the same place.
  await leaveLine(guard, lock, first)
  return 'again'
}

/** Starts the first in line if the target is free and rested; undefined where nothing came of it. */
export async function startNext(guard: Guard, lock: Lock): Promise<Turned | undefined> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const { holder, line } = await readLock(guard.kubernetes, lock)
    const [first] = line
    const look =
      holder === undefined ? first && lookAtFirst(guard, lock, first) : lookAtHolder(guard, lock, holder)
    const step = await look
    if (step !== 'again') return step?.done
  }
  return undefined
}

/** Somebody gave back a slot: whoever has waited longest, on whichever target, tries to take it. */
export async function startElsewhere(guard: Guard): Promise<Turned | undefined> {
  const { kubernetes, rules } = guard
  if (!isLimited(rules.limits)) return undefined
  const { items } = await kubernetes.list<PipelineRun>(pipelineRuns, {
    labelSelector: `${LABEL.waiting}=queue`,
  })
  const places = items.filter(isQueued).map(run => {
    const { namespace = 'default', name } = run.metadata
    return { namespace, name, since: queuedAt(run), lock: lockOf(run, rules.systemNamespace) }
  })
  const locks = new Map<string, Lock>()
  for (const { lock } of places.sort(comparePlaces)) if (lock !== undefined) locks.set(lock.targetHash, lock)
  for (const lock of [...locks.values()].slice(0, TARGETS)) {
    const turned = await startNext(guard, lock)
    if (turned !== undefined) return turned
  }
  return undefined
}
