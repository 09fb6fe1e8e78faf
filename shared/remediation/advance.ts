// How a run comes to have its target: it is given the lock, let go, or adopted where a person has let it go.

import type { Kubernetes } from '../kubernetes/client.ts'
import { isConflict, isNotFound } from '../kubernetes/errors.ts'
import { pipelineRuns } from '../kubernetes/resources.ts'
import { changeLock } from './change-lock.ts'
import { describeRun } from './describe.ts'
import { type Scope, scopesOf } from './limits.ts'
import { adopt, goFirst } from './line.ts'
import type { Lock } from './lock.ts'
import { type Applicant, type Attempt, nameHolder } from './lock-state.ts'
import { ANNOTATION, isPending, LABEL, type PipelineRun } from './marks.ts'
import type { Guard } from './rules.ts'
import { takeSlots } from './slots.ts'
import { namespaceOfKey } from './target.ts'

/** The lock a run needs, from its own labels. */
export function lockOf(run: PipelineRun, systemNamespace: string): Lock | undefined {
  const targetHash = run.metadata.labels?.[LABEL.target]
  const targetKey = run.metadata.annotations?.[ANNOTATION.target]
  if (targetHash === undefined || targetKey === undefined) return undefined
  return { namespace: systemNamespace, targetHash, targetKey }
}

/** The run as an applicant for its target's lock. */
export function applicantOf(run: PipelineRun): Applicant {
  const { namespace = 'default', name, uid, labels, annotations } = run.metadata
  const { name: playbook, version, digest } = describeRun(run).playbook
  const correlationId = labels?.[LABEL.correlation] ?? ''
  const cooldown = annotations?.[ANNOTATION.cooldown]
  return { namespace, name, uid, correlationId, playbook: { name: playbook, version, digest }, cooldown }
}

/** What a run counts against. */
export function scopesFor({ rules }: Guard, lock: Lock, { namespace, playbook }: Applicant): Scope[] {
  const subject = { playbook: `${namespace}/${playbook.name}`, namespace: namespaceOfKey(lock.targetKey) }
  return scopesOf(rules.limits, subject)
}

/** Notes in the lock which object its holder is, so that a deleted run can be told from one never made. */
export async function noteHolder(kubernetes: Kubernetes, lock: Lock, run: PipelineRun): Promise<void> {
  const { namespace = 'default', name, uid } = run.metadata
  if (uid === undefined) return
  await changeLock(kubernetes, lock, state => ({
    next: nameHolder(state, { namespace, name, uid }),
    result: undefined,
  }))
}

type RunPatch = Readonly<Record<string, unknown>> & { readonly metadata: object }

/** Changes a run as it was read. Undefined when somebody else changed it meanwhile, or deleted it. */
export async function patchRun(
  kubernetes: Kubernetes,
  { metadata }: PipelineRun,
  patch: RunPatch,
): Promise<PipelineRun | undefined> {
  const { namespace, name, resourceVersion } = metadata
  try {
    return await kubernetes.patch<PipelineRun>(pipelineRuns, { namespace, name }, patch, { resourceVersion })
  } catch (error) {
    if (isConflict(error) || isNotFound(error)) return undefined
    throw error
  }
}

/**
 * Lets a pending run go: Tekton starts it when `spec.status` is removed, and its webhook refuses any other change, so
 * what was approved is what runs. Undefined when somebody else changed the run meanwhile.
 */
export function letGo(kubernetes: Kubernetes, run: PipelineRun): Promise<PipelineRun | undefined> {
  const metadata = { labels: { [LABEL.lock]: 'held', [LABEL.waiting]: null } }
  return patchRun(kubernetes, run, { metadata, ...(isPending(run) ? { spec: { status: null } } : {}) })
}

export interface Adopted {
  readonly run: PipelineRun
  /** Why it should not run yet, for people; undefined where it has all that a run must have. */
  readonly beside: string | undefined
}

/** A run that a person released: it gets the lock if nobody runs, and slots if there are any, for it runs already. */
export async function adoptRun(guard: Guard, lock: Lock, run: PipelineRun): Promise<Adopted | undefined> {
  const { kubernetes, now } = guard
  const applicant = applicantOf(run)
  const attempt = await changeLock<Attempt>(kubernetes, lock, state => {
    const found = adopt(state, applicant, now)
    return { next: found.kind === 'acquired' ? found.state : goFirst(state, applicant), result: found }
  })
  const holder = attempt.kind === 'busy' ? attempt.holder : undefined
  if (holder === undefined) await noteHolder(kubernetes, lock, run)
  const full = await takeSlots(guard, scopesFor(guard, lock, applicant), applicant)
  const adopted = await letGo(kubernetes, run)
  const beside = holder === undefined ? full : `${holder.namespace}/${holder.name} has the target`
  return adopted === undefined ? undefined : { run: adopted, beside }
}
