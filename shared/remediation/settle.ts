// What happens to a target's lock when its run has ended or is gone.

import type { Kubernetes } from '../kubernetes/client.ts'
import { pipelineRuns } from '../kubernetes/resources.ts'
import { parseDuration } from '../runtime/duration.ts'
import { applicantOf, lockOf } from './advance.ts'
import { changeLock, type Lock } from './lock.ts'
import { type PastRun, release } from './lock-state.ts'
import { ANNOTATION, endingOf, type Finish, LABEL, type PipelineRun, RUN_PREFIX } from './marks.ts'
import type { RunKey } from './run-event.ts'

export interface Rest {
  readonly systemNamespace: string
  /** How long a target rests when the Playbook does not say. */
  readonly cooldownMs: number
}

function pastOf(run: PipelineRun, outcome: Finish, now: number): PastRun {
  const ended = Date.parse(run.status?.completionTime ?? '')
  const { correlationId, uid, playbook } = applicantOf(run)
  return {
    correlationId,
    uid,
    playbook,
    outcome,
    endedAt: Number.isNaN(ended) ? now : ended,
  }
}

/** Records the outcome of a finished run in its target's lock, lets go of it, and takes the mark off the run. */
export async function settleRun(
  kubernetes: Kubernetes,
  run: PipelineRun,
  { systemNamespace, cooldownMs, now }: Rest & { now: number },
): Promise<Lock | undefined> {
  const lock = lockOf(run, systemNamespace)
  const ending = endingOf(run)
  if (lock === undefined || ending === undefined) return undefined
  const { namespace, name } = applicantOf(run)
  const cooldown = run.metadata.annotations?.[ANNOTATION.cooldown]
  const restMs = (cooldown === undefined ? undefined : parseDuration(cooldown)) ?? cooldownMs
  await changeLock(kubernetes, lock, state => ({
    next: release(state, { namespace, name, past: pastOf(run, ending.finish, now), restMs }),
    result: undefined,
  }))
  if (run.metadata.labels?.[LABEL.lock] !== undefined) {
    const patch = { metadata: { labels: { [LABEL.lock]: null, [LABEL.waiting]: null } } }
    await kubernetes.patch(pipelineRuns, { namespace, name }, patch)
  }
  return lock
}

/** A run that never came to be is given this long: its event may still be on its way. */
const UNBORN_MS = 60_000

/**
 * Frees a lock whose holder is gone: a run that was deleted counts as cancelled, one that was never made as nothing.
 * Another holder than that run keeps it: somebody else may have settled it and started the next one meanwhile.
 */
export async function settleGone(
  kubernetes: Kubernetes,
  lock: Lock,
  { gone, cooldownMs, now }: Rest & { gone: RunKey; now: number },
): Promise<void> {
  await changeLock(kubernetes, lock, state => {
    const { holder } = state
    const isHolder = holder?.namespace === gone.namespace && holder.name === gone.name
    const isUnborn = holder?.uid === undefined
    if (!isHolder || (isUnborn && now - holder.since < UNBORN_MS))
      return { next: undefined, result: undefined }
    const { namespace, name, uid, playbook } = holder
    const correlationId = name.slice(RUN_PREFIX.length)
    const past: PastRun = { correlationId, uid, playbook, outcome: 'cancelled', endedAt: now }
    const next = release(state, { namespace, name, restMs: cooldownMs, ...(isUnborn ? {} : { past }) })
    return { next, result: undefined }
  })
}
