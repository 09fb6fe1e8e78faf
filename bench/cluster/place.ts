// What a run of the bench stands on: a namespace of its own with a registered playbook, and everything gone afterwards.

import { randomBytes } from 'node:crypto'
import { knativeServices } from '../../scripts/deploy/kinds.ts'
import { waitFor } from '../../scripts/deploy/waiting.ts'
import type { Kubernetes } from '../../shared/kubernetes/client.ts'
import { createKubernetes } from '../../shared/kubernetes/client.ts'
import { type Connection, connect } from '../../shared/kubernetes/connection.ts'
import { refusalOf } from '../../shared/kubernetes/errors.ts'
import {
  type KubernetesObject,
  leases,
  namespaces,
  pathOf,
  pipelineRuns,
  query,
  type Resource,
} from '../../shared/kubernetes/resources.ts'
import type { Release } from '../../shared/playbook/playbook.ts'
import { ANNOTATION, LABEL } from '../../shared/remediation/marks.ts'
import { loadKubeConfig } from '../../test/cluster/cluster.ts'
import { openStage, SYSTEM } from '../../test/cluster/stage.ts'
import { readyPlaybook } from '../../test/journeys/looks.ts'
import { publish, register } from '../../test/journeys/playbooks.ts'
import { resourceOf } from './objects.ts'

export interface Place extends AsyncDisposable {
  readonly connection: Connection
  readonly kubernetes: Kubernetes
  readonly namespace: string
  /** The functions' namespace. */
  readonly system: string
  /** The address of the functions' Broker, as this machine reaches it. */
  readonly sink: string
  readonly release: Release
  /** Creates the Deployments that events are about, and waits until their controller has nothing more to do. */
  readonly createTargets: (names: readonly string[]) => Promise<void>
  /** Removes every PipelineRun of the namespace, their targets, and the targets' locks. */
  readonly clean: () => Promise<void>
}

export const PLAYBOOK = 'oomkill-scale-down'
/** A Pipeline whose only task is skipped: the run is real and ends at once, and costs no pod. */
const SKIPPED = { input: '$(params.TARGET_RESOURCE_KIND)', operator: 'in', values: ['Nothing'] }
const SERVICE: Resource = resourceOf('v1', 'Service')
const DEPLOYMENT = resourceOf('apps/v1', 'Deployment')
const BINDING = resourceOf('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding')
/** On what the bench makes outside its namespace: the namespace's name. */
export const MADE_BY = 'playbook.kubernaut.io/bench'

const TARGETS = `${MADE_BY}=target`

interface Target extends KubernetesObject {
  readonly spec: object
  readonly status?: { readonly observedGeneration?: number }
}

/** The targets of the bench are in its own namespace. */
async function removeLocks(kubernetes: Kubernetes, namespace: string): Promise<void> {
  const { items } = await kubernetes.list(leases, { namespace: SYSTEM, labelSelector: LABEL.target })
  const ours = items.filter(each =>
    each.metadata.annotations?.[ANNOTATION.target]?.startsWith(`${namespace}/`),
  )
  await Promise.all(ours.map(({ metadata }) => kubernetes.remove(leases, metadata)))
}

/** A Deployment that stands still: paused, it has no ReplicaSet. */
function targetOf(namespace: string, name: string): Target {
  const template = {
    metadata: { labels: { app: name } },
    spec: { containers: [{ name: 'app', image: 'app:1' }] },
  }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels: { [MADE_BY]: 'target' } },
    spec: { replicas: 0, paused: true, selector: { matchLabels: { app: name } }, template },
  }
}

interface Selected {
  readonly resource: Resource
  readonly namespace: string
  readonly labelSelector?: string
}

async function removeAllOf(
  connection: Connection,
  kubernetes: Kubernetes,
  selected: Selected,
): Promise<void> {
  const { resource, namespace, labelSelector } = selected
  const path = pathOf(resource, namespace) + query({ labelSelector })
  const { status, text } = await connection.ask({ method: 'DELETE', path })
  if (status >= 300) throw refusalOf(status, text)
  const left = async () => (await kubernetes.list(resource, { namespace, labelSelector })).items.length
  await waitFor(`the ${resource.plural} to go`, async () => (await left()) === 0)
}

async function createTargets(
  kubernetes: Kubernetes,
  namespace: string,
  names: readonly string[],
): Promise<void> {
  await Promise.all(names.map(name => kubernetes.create(DEPLOYMENT, targetOf(namespace, name))))
  const isStill = async (): Promise<boolean> => {
    const { items } = await kubernetes.list<Target>(DEPLOYMENT, { namespace, labelSelector: TARGETS })
    return items.every(({ status }) => status?.observedGeneration !== undefined)
  }
  await waitFor('the Deployments to stand still', isStill)
}

/** Removes whatever there is by now, which is what an interrupted run needs. */
async function removeAll(kubernetes: Kubernetes, namespace: string): Promise<void> {
  const labelSelector = `${MADE_BY}=${namespace}`
  const copies = await kubernetes.list(knativeServices, { namespace: SYSTEM, labelSelector })
  await Promise.all(copies.items.map(({ metadata }) => kubernetes.remove(knativeServices, metadata)))
  const binding = await kubernetes.get(BINDING, { name: namespace })
  if (binding !== undefined) await kubernetes.remove(BINDING, { name: namespace })
  await removeLocks(kubernetes, namespace)
  await kubernetes.remove(namespaces, { name: namespace })
}

/** Creates the namespace, and publishes and registers the playbook. */
export async function openPlace(): Promise<Place> {
  const stage = openStage()
  const connection = connect(loadKubeConfig(), Date.now)
  const kubernetes = createKubernetes(connection)
  const namespace = `bench-${randomBytes(3).toString('hex')}`
  let closing: Promise<void> | undefined
  const dispose = (): Promise<void> => {
    closing ??= removeAll(kubernetes, namespace).then(connection.close)
    return closing
  }
  try {
    const metadata = { name: namespace }
    await kubernetes.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata })
    const version = '1.0.0'
    await publish(stage, namespace, { name: PLAYBOOK, version, script: 'true', when: [SKIPPED] })
    await register(stage, namespace, { name: PLAYBOOK, version })
    const release = await readyPlaybook({ stage, namespace }, PLAYBOOK)
    return {
      ...{ connection, kubernetes, namespace, system: SYSTEM, sink: stage.sink, release },
      createTargets: names => createTargets(kubernetes, namespace, names),
      async clean() {
        await removeAllOf(connection, kubernetes, { resource: pipelineRuns, namespace })
        await removeAllOf(connection, kubernetes, { resource: DEPLOYMENT, namespace, labelSelector: TARGETS })
        await removeLocks(kubernetes, namespace)
      },
      [Symbol.asyncDispose]: dispose,
    }
  } catch (error) {
    await dispose()
    throw error
  }
}

interface AddressedService {
  readonly metadata: { readonly name: string }
  readonly spec: { readonly clusterIP?: string; readonly externalName?: string }
}

/** The address at which this machine, a node of the cluster, reaches a Service; a Knative Service's is its gateway's. */
export async function addressOf(kubernetes: Kubernetes, namespace: string, name: string): Promise<string> {
  const service = await kubernetes.get<AddressedService>(SERVICE, { namespace, name })
  const { clusterIP = '', externalName } = service?.spec ?? {}
  if (externalName === undefined) return clusterIP
  const [gateway = '', inNamespace = ''] = externalName.split('.')
  return addressOf(kubernetes, inNamespace, gateway)
}
