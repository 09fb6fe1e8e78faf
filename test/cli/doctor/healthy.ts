// A cluster that lacks nothing, as objects: what Tekton, Knative, triggers/ and a deployment leave there.

import { readTriggers } from '../../../local/world/manifests.ts'
import type { KubernetesObject } from '../../../shared/kubernetes/resources.ts'

export const SYSTEM = 'kubernaut-system'
const SINK = 'http://broker-ingress.knative-eventing.svc.cluster.local/kubernaut-system/playbooks'
const READY = { conditions: [{ type: 'Ready', status: 'True' }] }

function namespace(name: string): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }
}

function settings(place: string, name: string, data: object): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: place, name },
    data,
  } as KubernetesObject
}

function deployment(place: string, name: string, labels = {}): KubernetesObject {
  const match = { app: name }
  const template = {
    metadata: { labels: match },
    spec: { containers: [{ name: 'main', image: 'registry.example.com/main:1' }] },
  }
  const spec = { selector: { matchLabels: match }, template }
  const metadata = { namespace: place, name, labels }
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec } as KubernetesObject
}

const FUNCTIONS = ['register', 'validate', 'execute', 'notify', 'sweep', 'deadletter']

/** With a status, where whoever owns the kind would have written one. */
export async function healthyCluster(): Promise<readonly [KubernetesObject, object | undefined][]> {
  const triggers = await readTriggers()
  const ours = triggers.map((object): [KubernetesObject, object | undefined] => {
    if (object.kind === 'Broker') return [object, { ...READY, address: { url: SINK } }]
    const isJudged = ['Trigger', 'ApiServerSource', 'PingSource'].includes(object.kind ?? '')
    return [object, isJudged ? READY : undefined]
  })
  const version = { 'app.kubernetes.io/version': '1.22.0' }
  const workloads = [
    deployment('knative-eventing', 'eventing-controller', version),
    deployment('tekton-pipelines-resolvers', 'tekton-pipelines-remote-resolvers'),
    ...FUNCTIONS.map(name => deployment(SYSTEM, name)),
  ]
  return [
    ...['tekton-pipelines', 'tekton-pipelines-resolvers', 'knative-eventing', 'remediation'].map(
      (name): [KubernetesObject, undefined] => [namespace(name), undefined],
    ),
    ...ours,
    [settings('tekton-pipelines', 'pipelines-info', { version: 'v1.15.0' }), undefined],
    [settings('tekton-pipelines', 'feature-flags', { 'enable-api-fields': 'beta' }), undefined],
    [settings('tekton-pipelines', 'config-events', { formats: 'tektonv1', sink: SINK }), undefined],
    ...workloads.map((each): [KubernetesObject, object] => [each, { readyReplicas: 1, replicas: 1 }]),
  ]
}
