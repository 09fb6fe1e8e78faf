// A local API server as `kubectl apply -k triggers` leaves a cluster, with Triggers that look again when they are nudged.

import { KubeConfig } from '@kubernetes/client-node'
import { startKubernetes } from '../../../local/kubernetes/server.ts'
import type { Deployer } from '../../../scripts/deploy/arguments.ts'
import { deployAll } from '../../../scripts/deploy/deploy.ts'
import { type Descriptor, parseDescriptor } from '../../../scripts/deploy/descriptor.ts'
import type { Func } from '../../../scripts/deploy/func.ts'
import { brokers, triggers } from '../../../scripts/deploy/kinds.ts'
import type { Place } from '../../../scripts/deploy/surroundings.ts'
import { createKubernetes, type Kubernetes } from '../../../shared/kubernetes/client.ts'
import { connect } from '../../../shared/kubernetes/connection.ts'
import { namespaces, type Resource, serviceAccounts } from '../../../shared/kubernetes/resources.ts'
import { adder, type Call, createFakeFunc } from './fake-func.ts'

export const NAMESPACE = 'system'
export const NAMES = ['one', 'two'] as const

export const IMAGE = `r.example.com/f@sha256:${'a'.repeat(64)}`
const NOW = new Date('2026-11-21T12:00:00Z')
const definitions: Resource = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  plural: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
  namespaced: false,
}

export function descriptorOf(name: string, more = ''): Descriptor {
  const envs = '[{ name: K_SINK, value: "{{ env:K_SINK }}" }, { name: KEY, value: "{{ secret:keys:KEY }}" }]'
  return parseDescriptor(
    `{ name: ${name}, run: { envs: ${envs} }, deploy: { serviceAccountName: ${name} ${more} } }`,
    name,
  )
}

function serving(): object {
  const schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
  const version = {
    name: 'v1',
    served: true,
    storage: true,
    schema: { openAPIV3Schema: schema },
    subresources: { status: {} },
  }
  const names = { kind: 'Service', plural: 'services', singular: 'service', listKind: 'ServiceList' }
  return { group: 'serving.knative.dev', scope: 'Namespaced', names, versions: [version] }
}

/** What every test needs of an API server that holds nothing yet. */
async function furnish(kubernetes: Kubernetes, withServing: boolean): Promise<void> {
  const add = adder(kubernetes)
  await add(namespaces, { metadata: { name: NAMESPACE } })
  if (withServing)
    await add(definitions, { metadata: { name: 'services.serving.knative.dev' }, spec: serving() })
  const broker = { namespace: NAMESPACE, name: 'playbooks' }
  await add(brokers, { metadata: broker, spec: {} })
  const status = { address: { url: 'http://broker.example/' } }
  await kubernetes.patch(brokers, broker, { status }, { subresource: 'status' })
  for (const name of NAMES) {
    const metadata = { namespace: NAMESPACE, name }
    await add(serviceAccounts, { metadata })
    const ref = { apiVersion: 'v1', kind: 'Service', name, namespace: NAMESPACE }
    await add(triggers, { metadata, spec: { broker: 'playbooks', subscriber: { ref, uri: `/${name}` } } })
    await setReady(kubernetes, name, 'False')
  }
}

async function setReady(kubernetes: Kubernetes, name: string, status: 'True' | 'False'): Promise<void> {
  const conditions = [{ type: 'Ready', status, message: 'no such Service' }]
  const patch = { status: { observedGeneration: 1, conditions } }
  await kubernetes.patch(triggers, { namespace: NAMESPACE, name }, patch, { subresource: 'status' })
}

/** Starts it all; what it answers ends with `close`. */
export async function createStage(options: { readonly serving?: boolean } = {}) {
  const calls: Call[] = []
  const writes: string[] = []
  const onRequest = ({ method, path }: { method: string; path: string }): void => {
    if (method === 'GET') return
    writes.push(`${method} ${path}`)
    const nudged = method === 'PATCH' && /\/triggers\/([a-z]+)$/.exec(path)?.[1]
    if (nudged) void setReady(kubernetes, nudged, 'True')
  }
  const api = await startKubernetes({ onRequest })
  const kubeConfig = new KubeConfig()
  kubeConfig.loadFromString(api.kubeconfig())
  const connection = connect(kubeConfig, Date.now)
  const kubernetes = createKubernetes(connection)
  await furnish(kubernetes, options.serving !== false)
  const func = createFakeFunc(kubernetes, calls)
  const place = { kubernetes, namespace: NAMESPACE, first: 'kubectl apply -k triggers' }
  return {
    place,
    kubernetes,
    writes,
    add: adder(kubernetes),
    /** What func was asked for so far. */
    calls,
    deploy: (wanted: Wanted = {}) => deploy({ place, func }, wanted),
    close: async () => {
      await connection.close()
      await api.close()
    },
  }
}

interface Wanted {
  readonly deployer?: Deployer
  readonly image?: string
  readonly descriptors?: readonly Descriptor[]
}

/** Deploys both functions; the answer is what was said. */
async function deploy(stage: { place: Place; func: Func }, wanted: Wanted): Promise<string> {
  const { deployer = 'knative', image = IMAGE, descriptors = NAMES.map(name => descriptorOf(name)) } = wanted
  const said: string[] = []
  const say = (line: string): number => said.push(line)
  await deployAll({ ...stage, descriptors, deployer, image: async () => image, now: () => NOW, say })
  return said.join('\n')
}
