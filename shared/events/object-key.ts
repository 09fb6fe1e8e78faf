// Which object an event is about, whoever sent it: a hint by which the object is read again.

import { Fault } from '../runtime/fault.ts'
import type { CloudEvent } from './cloudevent.ts'

export interface NamespacedKey {
  readonly namespace: string
  readonly name: string
}

function metadataOf(data: unknown): { namespace?: unknown; name?: unknown } | undefined {
  if (typeof data !== 'object' || data === null) return undefined
  const object = 'pipelineRun' in data ? data.pipelineRun : data
  if (typeof object !== 'object' || object === null || !('metadata' in object)) return undefined
  return (object.metadata ?? {}) as { namespace?: unknown; name?: unknown }
}

/** The object of an ApiServerSource event, or the PipelineRun of a Tekton event; a Fault `malformed` without one. */
export function objectKeyOf(event: CloudEvent): NamespacedKey {
  const { namespace, name } = metadataOf(event.data) ?? {}
  if (typeof name !== 'string' || typeof namespace !== 'string')
    throw new Fault(
      'malformed',
      `${event.type} must carry an object with metadata.namespace and metadata.name.`,
    )
  return { namespace, name }
}
