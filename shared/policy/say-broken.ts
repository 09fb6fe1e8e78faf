// Says that a policy is broken where its operator looks: in the log, and as an Event that `kubectl describe` shows.

import { hashOf } from '../events/identity.ts'
import { isAlreadyExists } from '../kubernetes/errors.ts'
import { events, type KubernetesObject } from '../kubernetes/resources.ts'
import type { Reading } from './read.ts'

/** An Event (https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/) in the core group, as kubectl lists it. */
interface ObjectEvent extends KubernetesObject {
  readonly type: 'Warning'
  readonly reason: string
  readonly message: string
  readonly involvedObject: Readonly<Record<string, string | undefined>>
  readonly source: { readonly component: string }
  readonly firstTimestamp: string
  readonly lastTimestamp: string
  readonly count: number
}

/** Longer messages are refused by the API server. */
const LONGEST = 1_024

function eventOf(map: KubernetesObject, message: string, time: string): ObjectEvent {
  const { namespace, name, uid, resourceVersion } = map.metadata
  const involvedObject = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name, uid, resourceVersion }
  const id = hashOf(uid ?? '', resourceVersion ?? '').slice(0, 16)
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name}.${id}`, ...(namespace === undefined ? {} : { namespace }) },
    type: 'Warning',
    reason: 'PolicyBroken',
    message: message.slice(0, LONGEST),
    involvedObject,
    source: { component: 'playbook-functions' },
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
  }
}

/** One Event per version of the ConfigMap, whoever sees it first; that it could not be written stops nothing. */
export async function sayBroken(
  { kubernetes, log, now }: Reading,
  map: KubernetesObject,
  problem: string,
): Promise<void> {
  log.error({ policy: map.metadata.name, problem }, 'the policy is broken')
  try {
    await kubernetes.create(events, eventOf(map, problem, new Date(now).toISOString()))
  } catch (error) {
    if (!isAlreadyExists(error)) log.warn({ error: String(error) }, 'no Event could be written on the policy')
  }
}
