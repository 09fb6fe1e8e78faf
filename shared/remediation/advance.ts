// Moves a target's line forward: takes the lock for a run, releases a pending one, starts the next.

import type { Kubernetes } from '../kubernetes/client.ts'
import { isConflict } from '../kubernetes/errors.ts'
import { pipelineRuns } from '../kubernetes/resources.ts'
import { GUARD, isRefused } from './approval.ts'
import { describeRun } from './describe.ts'
import { changeLock, type Lock } from './lock.ts'
import {
  type Applicant,
  type Attempt,
  type LockState,
  nameHolder,
  release,
  tryAcquire,
} from './lock-state.ts'
import { ANNOTATION, endingOf, isPending, LABEL, type PipelineRun } from './marks.ts'

/** The lock a run needs, from its own labels. */
export function lockOf(run: PipelineRun, systemNamespace: string): Lock | undefined {
  const targetHash = run.metadata.labels?.[LABEL.target]
  const targetKey = run.metadata.annotations?.[ANNOTATION.target]
  if (targetHash === undefined || targetKey === undefined) return undefined
  return { namespace: systemNamespace, targetHash, targetKey }
}

/** The run as an applicant for its target's lock. */
export function applicantOf(run: PipelineRun): Applicant {
  const { namespace = 'default', name, uid, labels } = run.metadata
  const { name: playbook, version, digest } = describeRun(run).playbook
  const correlationId = labels?.[LABEL.correlation] ?? ''
  return { namespace, name, uid, correlationId, playbook: { name: playbook, version, digest } }
}

/** Tries to take the lock for a run; what was found is the answer. */
export function acquire(kubernetes: Kubernetes, lock: Lock, run: Applicant, now: number): Promise<Attempt> {
  return changeLock(kubernetes, lock, state => {
    const attempt = tryAcquire(state, run, now)
    return { next: attempt.kind === 'acquired' ? attempt.state : undefined, result: attempt }
  })
}

/** Notes in the lock which object its holder is, so that a deleted run can be told from one never made. */
export async function noteHolder(kubernetes: Kubernetes, lock: Lock, run: PipelineRun): Promise<void> {
  const { namespace = 'default', name, uid } = run.metadata
  if (uid === undefined) return
  await changeLock(kubernetes, lock, (state: LockState) => ({
    next: nameHolder(state, { namespace, name, uid }),
    result: undefined,
  }))
}

/**
 * Lets a pending run go: Tekton starts it when `spec.status` is removed, and its webhook refuses any other change, so
 * what was approved is what runs. Undefined when somebody else changed the run meanwhile.
 */
export async function letGo(kubernetes: Kubernetes, run: PipelineRun): Promise<PipelineRun | undefined> {
  const { namespace, name, resourceVersion } = run.metadata
  const metadata = { labels: { [LABEL.lock]: 'held', [LABEL.waiting]: null } }
  const patch = { metadata, ...(isPending(run) ? { spec: { status: null } } : {}) }
  try {
    return await kubernetes.patch<PipelineRun>(pipelineRuns, { namespace, name }, patch, { resourceVersion })
  } catch (error) {
    if (isConflict(error)) return undefined
    throw error
  }
}

/** The runs that queue for a target, in line: by when they queued, then by name. */
async function lineOf(kubernetes: Kubernetes, targetHash: string): Promise<PipelineRun[]> {
  const labelSelector = `${LABEL.target}=${targetHash},${LABEL.waiting}=queue`
  const { items } = await kubernetes.list<PipelineRun>(pipelineRuns, { labelSelector })
  const queuedAt = (run: PipelineRun): number => Number(run.metadata.annotations?.[ANNOTATION.queuedAt] ?? 0)
  return items
    .filter(run => isPending(run) && endingOf(run) === undefined && !isRefused(run))
    .sort((a, b) => queuedAt(a) - queuedAt(b) || a.metadata.name.localeCompare(b.metadata.name))
}

function isSameRun({ metadata }: PipelineRun, holder: { namespace: string; name: string }): boolean {
  return metadata.namespace === holder.namespace && metadata.name === holder.name
}

/** Whether a run whose turn has come may start now, or must wait on, or never may. */
export type Gate =
  | { readonly kind: 'open' }
  | { readonly kind: 'shut'; readonly why: string }
  | { readonly kind: 'denied'; readonly reason: string; readonly why: string }

export interface Turn {
  readonly now: number
  /** Asked with the lock in hand, so that nothing of ours changes the target between the answer and the start. */
  readonly gate: (run: PipelineRun) => Promise<Gate>
}

/** Says on the run that it may not start, and why, and cancels it; who wrote to it meanwhile is heard first. */
async function deny(kubernetes: Kubernetes, run: PipelineRun, reason: string): Promise<void> {
  const { namespace, name, resourceVersion } = run.metadata
  const annotations = { [ANNOTATION.deniedBy]: GUARD, [ANNOTATION.deniedBecause]: reason }
  const patch = { metadata: { annotations }, spec: { status: 'Cancelled' } }
  try {
    await kubernetes.patch(pipelineRuns, { namespace, name }, patch, { resourceVersion })
  } catch (error) {
    if (!isConflict(error)) throw error
  }
}

/** What became of a run that has the lock: let go, or the lock is free again for the next in line. */
export async function passGate(
  kubernetes: Kubernetes,
  lock: Lock,
  { run, gate }: { readonly run: PipelineRun; readonly gate: Turn['gate'] },
): Promise<
  { readonly kind: 'started'; readonly run: PipelineRun | undefined } | Exclude<Gate, { kind: 'open' }>
> {
  const answer = await gate(run)
  if (answer.kind === 'open') return { kind: 'started', run: await letGo(kubernetes, run) }
  if (answer.kind === 'denied') await deny(kubernetes, run, `${answer.reason}: ${answer.why}`)
  const { namespace = 'default', name } = run.metadata
  await changeLock(kubernetes, lock, state => ({
    next: release(state, { namespace, name, restMs: 0 }),
    result: undefined,
  }))
  return answer
}

/**
 * Starts the first in line that may start, if the target is free and rested. Answers the run that was started, or
 * undefined. A crash after the lock was taken leaves it with a pending run, which the next call (an event or the sweep)
 * lets go.
 */
export async function startNext(
  kubernetes: Kubernetes,
  lock: Lock,
  { now, gate }: Turn,
): Promise<PipelineRun | undefined> {
  const line = await lineOf(kubernetes, lock.targetHash)
  for (const first of line) {
    const attempt = await acquire(kubernetes, lock, applicantOf(first), now)
    // Clocks differ: an older run may have come into the line after a younger one was given the lock.
    const holder = attempt.kind === 'busy' ? line.find(run => isSameRun(run, attempt.holder)) : undefined
    const run = attempt.kind === 'acquired' || attempt.kind === 'held' ? first : holder
    if (run === undefined) return undefined
    const result = await passGate(kubernetes, lock, { run, gate })
    if (result.kind === 'started') return result.run
  }
  return undefined
}
