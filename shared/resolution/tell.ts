// Kubernetes Events on a ResolutionRequest: that it takes long, or why it failed.

import { createHash } from 'node:crypto'
import type { Kubernetes } from '../kubernetes/client.ts'
import { isAlreadyExists } from '../kubernetes/errors.ts'
import { events, type KubernetesObject } from '../kubernetes/resources.ts'
import type { ResolutionRequest } from './request.ts'

export interface Telling {
  readonly reason: string
  readonly message: string
  /** Milliseconds since 1970. */
  readonly now: number
}

interface KubernetesEvent extends KubernetesObject {
  readonly involvedObject: object
  readonly [field: string]: unknown
}

/** As long as the API server takes. */
const LONGEST_MESSAGE = 1_024

/** One Event per request and reason, however often it is told (https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/). */
export async function tellOn(
  kubernetes: Kubernetes,
  { metadata: { namespace = 'default', name, uid = '' } }: ResolutionRequest,
  { reason, message, now }: Telling,
): Promise<void> {
  const hash = createHash('sha256').update(`${uid} ${reason}`).digest('hex').slice(0, 16)
  const time = `${new Date(now).toISOString().slice(0, 19)}Z`
  const event: KubernetesEvent = {
    metadata: { namespace, name: `${name}.${hash}` },
    involvedObject: {
      apiVersion: 'resolution.tekton.dev/v1beta1',
      kind: 'ResolutionRequest',
      namespace,
      name,
      uid,
    },
    type: 'Warning',
    reason,
    message: message.slice(0, LONGEST_MESSAGE),
    source: { component: 'resolve' },
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
  }
  await kubernetes.create<KubernetesEvent>(events, event).catch(error => {
    if (!isAlreadyExists(error)) throw error
  })
}
