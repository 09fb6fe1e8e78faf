// Which run an event is about. The event is only a hint: the run itself is read again.

import type { CloudEvent } from '../events/cloudevent.ts'
import { type NamespacedKey, objectKeyOf } from '../events/object-key.ts'
import type { Kubernetes } from '../kubernetes/client.ts'
import { pipelineRuns } from '../kubernetes/resources.ts'
import { Fault } from '../runtime/fault.ts'
import { endingOf, isOurs, isPending, type PipelineRun, RUN_PREFIX } from './marks.ts'

export type RunKey = NamespacedKey

/** The run that a Tekton event or an ApiServerSource event is about; undefined when its name is not one of ours. */
export function runKeyOf(event: CloudEvent): RunKey | undefined {
  const key = objectKeyOf(event)
  return key.name.startsWith(RUN_PREFIX) ? key : undefined
}

/** Reads the run of an event: `gone` when it no longer exists, `foreign` when it is not ours. */
export async function readRun(
  kubernetes: Kubernetes,
  key: RunKey,
): Promise<PipelineRun | 'gone' | 'foreign'> {
  const run = await kubernetes.get<PipelineRun>(pipelineRuns, key)
  if (run === undefined) return 'gone'
  return isOurs(run) ? run : 'foreign'
}

/**
 * Reads the run of an event that says it has ended. Tekton sends the event before it writes the status
 * (pkg/reconciler/pipelinerun: Emit within ReconcileKind, the status after it), so the event may be faster: then the
 * Broker brings it again a moment later. Nothing else would tell of that end before the sweep does. One that is still
 * pending cannot have ended: who says so is not Tekton, and is not asked to say it again.
 */
export async function readEnded(
  kubernetes: Kubernetes,
  event: CloudEvent,
  key: RunKey,
): Promise<PipelineRun | 'gone' | 'foreign'> {
  const run = await readRun(kubernetes, key)
  if (run === 'gone' || run === 'foreign' || endingOf(run) !== undefined || isPending(run)) return run
  const told = (event.data as { pipelineRun?: PipelineRun } | undefined)?.pipelineRun
  const isEarly =
    told?.metadata.uid === run.metadata.uid && told !== undefined && endingOf(told) !== undefined
  if (isEarly)
    throw new Fault('unavailable', `${key.namespace}/${key.name} has not ended yet, as ${event.type} says.`)
  return run
}
