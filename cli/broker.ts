// Posts an event to the Broker from outside the cluster: through the API server, which reaches the Broker's Service.

import type { CloudEvent } from '../shared/events/cloudevent.ts'
import { emit } from '../shared/events/emit.ts'
import { eventToText } from '../shared/events/text.ts'
import { refusalOf } from '../shared/kubernetes/errors.ts'
import { brokers, type KubernetesObject } from '../shared/kubernetes/resources.ts'
import type { Cluster } from './cluster.ts'
import { Trouble } from './shell.ts'
import { BROKER } from './system.ts'

export interface Broker extends KubernetesObject {
  readonly status?: {
    readonly address?: { readonly url?: string }
    readonly conditions?: readonly {
      readonly type: string
      readonly status: string
      readonly message?: string
    }[]
  }
}

/** The address that the Broker says of itself; throws Trouble where it has none. */
export async function brokerAddress({ kubernetes }: Cluster, namespace: string): Promise<string> {
  const broker = await kubernetes.get<Broker>(brokers, { namespace, name: BROKER })
  if (broker === undefined)
    throw new Trouble(
      `There is no Broker ${namespace}/${BROKER}: apply triggers/, or say with --system-namespace where it is.`,
    )
  const url = broker.status?.address?.url
  if (url === undefined)
    throw new Trouble(`The Broker ${namespace}/${BROKER} has no address yet: run playbook doctor.`)
  return url
}

interface Service {
  readonly namespace: string
  /** `http:name:80`, as the API server's proxy wants it. */
  readonly port: string
  readonly path: string
}

/** The Service in the cluster that an address names; undefined for an address of another kind. */
export function serviceOf(address: string): Service | undefined {
  const { protocol, hostname, port, pathname } = new URL(address)
  const [, name, namespace] = /^([^.]+)\.([^.]+)\.svc(\..+)?$/.exec(hostname) ?? []
  if (name === undefined || namespace === undefined) return undefined
  const scheme = protocol.slice(0, -1)
  return { namespace, port: `${scheme}:${name}:${port || (scheme === 'https' ? 443 : 80)}`, path: pathname }
}

/** https://kubernetes.io/docs/tasks/access-application-cluster/access-cluster-services/ */
async function postThrough({ ask }: Cluster, { namespace, port, path }: Service, event: CloudEvent) {
  const { status, text } = await ask({
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/services/${port}/proxy${path}`,
    body: JSON.parse(eventToText(event)),
    contentType: 'application/cloudevents+json',
    accept: '*/*',
    silenceMs: 30_000,
  })
  if (status < 300) return
  const [, name, number] = port.split(':')
  throw new Trouble(
    `The Broker did not take it: ${refusalOf(status, text).message || status}\n` +
      `It is reached through the API server, which asks for the right to create services/proxy in ${namespace}. ` +
      `Else open a tunnel, kubectl -n ${namespace} port-forward service/${name} 8081:${number}, ` +
      `and give --broker http://localhost:8081${path}.`,
  )
}

/** Posts to the Broker at this address; throws where it does not take the event. */
export async function postEvent(cluster: Cluster, address: string, event: CloudEvent): Promise<void> {
  const service = serviceOf(address)
  if (service === undefined) await emit(globalThis.fetch, address, event)
  else await postThrough(cluster, service, event)
}
