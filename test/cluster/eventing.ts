// Knative Eventing on a real cluster: Brokers, Triggers, and where this machine reaches a Broker's ingress.

import type { Kubernetes } from '../../shared/kubernetes/client.ts'
import type { Condition, KubernetesObject, Resource } from '../../shared/kubernetes/resources.ts'
import { until } from '../conformance/until.ts'

function eventing(kind: string, plural: string): Resource {
  return { group: 'eventing.knative.dev', version: 'v1', plural, kind, namespaced: true }
}

const brokers = eventing('Broker', 'brokers')
export const triggers = eventing('Trigger', 'triggers')
const services: Resource = { group: '', version: 'v1', plural: 'services', kind: 'Service', namespaced: true }

interface Addressed extends KubernetesObject {
  readonly status?: {
    readonly conditions?: readonly Condition[]
    readonly address?: { readonly url?: string }
  }
}

interface Service extends KubernetesObject {
  readonly spec: { readonly clusterIP: string; readonly ports: readonly { readonly port: number }[] }
}

function isReady({ status }: Addressed): boolean {
  return status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false
}

/** Waits until an object of Knative's is Ready. */
export async function ready(
  kubernetes: Kubernetes,
  resource: Resource,
  key: { namespace: string; name: string },
) {
  return until(`${resource.kind} ${key.namespace}/${key.name} to be Ready`, async () => {
    const found = await kubernetes.get<Addressed>(resource, key)
    return found !== undefined && isReady(found) ? found : undefined
  })
}

/** Creates a Broker of Knative's own class, the multi-tenant channel-based one, and waits until it is Ready. */
export async function createBroker(kubernetes: Kubernetes, namespace: string, name: string): Promise<void> {
  const annotations = { 'eventing.knative.dev/broker.class': 'MTChannelBasedBroker' }
  const metadata = { namespace, name, annotations }
  await kubernetes.create(brokers, { apiVersion: 'eventing.knative.dev/v1', kind: 'Broker', metadata })
  await ready(kubernetes, brokers, { namespace, name })
}

/**
 * The ingress as this machine reaches it, without a path: BROKER_INGRESS where it is set, or else the cluster IP of the
 * Service that the Broker's status names, which works on a node of the cluster.
 */
export async function findIngress(
  kubernetes: Kubernetes,
  key: { namespace: string; name: string },
): Promise<string> {
  const given = process.env.BROKER_INGRESS
  if (given !== undefined && given !== '') return given.replace(/\/+$/, '')
  const broker = await ready(kubernetes, brokers, key)
  const { hostname, port } = new URL(broker.status?.address?.url ?? '')
  const [name = '', namespace = ''] = hostname.split('.')
  const service = await kubernetes.get<Service>(services, { namespace, name })
  if (service === undefined)
    throw new Error(`The Broker's address ${hostname} is no Service of this cluster; set BROKER_INGRESS.`)
  return `http://${service.spec.clusterIP}:${port === '' ? 80 : port}`
}
