// The events of an ApiServerSource: the object or a reference to it, as the real adapter words them.

import { randomUUID } from 'node:crypto'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import type { ApiServerSource } from './objects.ts'

/** A Kubernetes object, as far as an event tells of it. */
export interface WatchedObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly ownerReferences?: readonly {
      readonly apiVersion: string
      readonly kind: string
      readonly controller?: boolean
    }[]
  }
}

export type Verb = 'add' | 'update' | 'delete'

/** What all events of one source share. */
export interface EventFrame {
  readonly source: ApiServerSource
  readonly apiServer: string
  readonly now: () => Date
}

/** The event for a change of an object; ids are random, as the adapter's are, so receivers key on the object. */
export function apiServerEvent(frame: EventFrame, verb: Verb, object: WatchedObject): CloudEvent {
  const { apiVersion, kind } = object
  const { name, namespace = '' } = object.metadata
  const { mode = 'Reference', ceOverrides } = frame.source.spec
  return {
    specversion: '1.0',
    id: randomUUID(),
    source: frame.apiServer,
    type: `dev.knative.apiserver.${mode === 'Resource' ? 'resource' : 'ref'}.${verb}`,
    subject: `/apis/${apiVersion}/namespaces/${namespace}/${guessPlural(kind)}/${name}`,
    time: frame.now().toISOString(),
    datacontenttype: 'application/json',
    kind,
    apiversion: apiVersion,
    name,
    namespace,
    ...ceOverrides?.extensions,
    data: mode === 'Resource' ? object : { kind, ...(namespace && { namespace }), name, apiVersion },
  }
}

/** Whether an object passes `spec.owner`, which looks at the controlling owner only. */
export function isOwned({ owner }: ApiServerSource['spec'], object: WatchedObject): boolean {
  if (owner === undefined) return true
  const controller = object.metadata.ownerReferences?.find(reference => reference.controller === true)
  if (controller === undefined) return false
  const { apiVersion = controller.apiVersion, kind = controller.kind } = owner
  return apiVersion === controller.apiVersion && kind === controller.kind
}

/** The plural that the adapter guesses from a kind (apimachinery, UnsafeGuessKindToResource). */
export function guessPlural(kind: string): string {
  const singular = kind.toLowerCase()
  if (singular.endsWith('endpoints')) return singular
  if (singular.endsWith('s')) return `${singular}es`
  return singular.endsWith('y') ? `${singular.slice(0, -1)}ies` : `${singular}s`
}
