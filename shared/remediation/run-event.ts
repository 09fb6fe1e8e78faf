// Which run an event is about. The event is only a hint: the run itself is read again.

import type { CloudEvent } from '../events/cloudevent.ts'
import type { Kubernetes } from '../kubernetes/client.ts'
import { pipelineRuns } from '../kubernetes/resources.ts'
import { Fault } from '../runtime/fault.ts'
import { isOurs, type PipelineRun, RUN_PREFIX } from './marks.ts'

export interface RunKey {
  readonly namespace: string
  readonly name: string
}

function metadataOf(data: unknown): { namespace?: unknown; name?: unknown } | undefined {
  if (typeof data !== 'object' || data === null) return undefined
  const object = 'pipelineRun' in data ? data.pipelineRun : data
  if (typeof object !== 'object' || object === null || !('metadata' in object)) return undefined
  return (object.metadata ?? {}) as { namespace?: unknown; name?: unknown }
}

/** The run that a Tekton event or an ApiServerSource event is about; undefined when its name is not one of ours. */
export function runKeyOf(event: CloudEvent): RunKey | undefined {
  const metadata = metadataOf(event.data)
  const name = metadata?.name
  const namespace = metadata?.namespace
  if (typeof name !== 'string' || typeof namespace !== 'string')
    throw new Fault(
      'malformed',
      `${event.type} must carry an object with metadata.namespace and metadata.name.`,
    )
  return name.startsWith(RUN_PREFIX) ? { namespace, name } : undefined
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
