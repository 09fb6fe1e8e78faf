// Kubernetes, Tekton and Knative: their versions, and the settings of theirs that playbooks need.

import semver from 'semver'
import { configMaps, type KubernetesObject, resource } from '../../shared/kubernetes/resources.ts'
import { type Check, type Finding, fail, ok, type Patient, warn } from './check.ts'

/** The least that the triggers and functions need, and what Tekton was tried with. */
const LEAST = { kubernetes: '1.30.0', tekton: '1.0.0' } as const

const TEKTON = 'tekton-pipelines'
const RESOLVERS = 'tekton-pipelines-resolvers'
const EVENTING = 'knative-eventing'

export const deployments = resource('apps/v1', 'Deployment', 'deployments')

export interface Deployment extends KubernetesObject {
  readonly status?: { readonly readyReplicas?: number }
}

interface ConfigMap extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>
}

async function settings({ cluster }: Patient, namespace: string, name: string) {
  return (await cluster.kubernetes.get<ConfigMap>(configMaps, { namespace, name }))?.data
}

const INSTALL = 'https://tekton.dev/docs/installation/pipelines/'
const VERSION_LABEL = 'app.kubernetes.io/version'

async function kubernetes({ cluster }: Patient): Promise<Finding[]> {
  const { status, text } = await cluster.ask({ method: 'GET', path: '/version' })
  const { gitVersion = '' } = status < 300 ? (JSON.parse(text) as { gitVersion?: string }) : {}
  const version = semver.coerce(gitVersion)
  if (version === null) return [warn('kubernetes', 'The API server does not say its version.')]
  if (semver.lt(version, LEAST.kubernetes)) {
    const message = `Kubernetes ${gitVersion} lacks admission policies, which keep approvals honest.`
    return [fail('kubernetes', message, `upgrade Kubernetes to ${LEAST.kubernetes} or newer`)]
  }
  return [ok('kubernetes', gitVersion)]
}

async function tekton(patient: Patient): Promise<Finding[]> {
  const served = await patient.cluster.kubernetes.discover('tekton.dev/v1')
  const isServed = served?.some(({ kind }) => kind === 'PipelineRun') === true
  if (!isServed) return [fail('tekton', 'There is no Tekton here.', `install Tekton Pipelines: ${INSTALL}`)]
  const text = (await settings(patient, TEKTON, 'pipelines-info'))?.version
  const version = semver.coerce(text)
  if (version === null)
    return [warn('tekton', `ConfigMap ${TEKTON}/pipelines-info says ${text ?? 'no version'}.`)]
  if (semver.lt(version, LEAST.tekton))
    return [warn('tekton', `${text} is older than what this was tried with.`, `upgrade Tekton: ${INSTALL}`)]
  return [ok('tekton', `${text}`)]
}

async function knative({ cluster }: Patient): Promise<Finding[]> {
  const served = await cluster.kubernetes.discover('eventing.knative.dev/v1')
  const fix = 'install Knative Eventing: https://knative.dev/docs/install/'
  if (served === undefined) return [fail('knative-eventing', 'There is no Knative Eventing here.', fix)]
  const name = 'eventing-controller'
  const controller = await cluster.kubernetes.get<Deployment>(deployments, { namespace: EVENTING, name })
  const version = controller?.metadata.labels?.[VERSION_LABEL]
  if (controller === undefined) return [warn('knative-eventing', `${EVENTING}/${name} is not there.`)]
  if ((controller.status?.readyReplicas ?? 0) === 0)
    return [
      fail(
        'knative-eventing',
        `${EVENTING}/${name} has no ready pod.`,
        `kubectl -n ${EVENTING} describe deployment ${name}`,
      ),
    ]
  return [ok('knative-eventing', version ?? 'version unknown')]
}

function patchOf(namespace: string, name: string, data: Readonly<Record<string, string>>): string {
  return `kubectl patch configmap ${name} -n ${namespace} --type merge -p '${JSON.stringify({ data })}'`
}

/** Remote resolution is served from `beta` on, which is the default. */
async function featureFlags(patient: Patient): Promise<Finding[]> {
  const flags = await settings(patient, TEKTON, 'feature-flags')
  const fields = flags?.['enable-api-fields'] ?? 'beta'
  if (fields === 'stable') {
    const fix = patchOf(TEKTON, 'feature-flags', { 'enable-api-fields': 'beta' })
    return [fail('feature-flags', 'enable-api-fields is stable, which refuses resolvers with params.', fix)]
  }
  return [ok('feature-flags', `enable-api-fields: ${fields}`)]
}

async function resolvers(patient: Patient): Promise<Finding[]> {
  const flags = await settings(patient, RESOLVERS, 'resolvers-feature-flags')
  if (flags?.['enable-bundles-resolver'] === 'false') {
    const fix = patchOf(RESOLVERS, 'resolvers-feature-flags', { 'enable-bundles-resolver': 'true' })
    return [fail('resolver', 'enable-bundles-resolver is false: no playbook can be fetched.', fix)]
  }
  const { kubernetes: client } = patient.cluster
  const theirs = { namespace: RESOLVERS, name: 'tekton-pipelines-remote-resolvers' }
  const ours = { namespace: patient.systemNamespace, name: 'resolve-bundles' }
  for (const key of [theirs, ours]) {
    const found = await client.get<Deployment>(deployments, key)
    if ((found?.status?.readyReplicas ?? 0) > 0)
      return [ok('resolver', `bundles are resolved by ${key.namespace}/${key.name}`)]
  }
  const fix = `kubectl -n ${RESOLVERS} rollout status deployment ${theirs.name}`
  return [fail('resolver', 'Nobody resolves bundles: no resolver has a ready pod.', fix)]
}

export const PLATFORM: readonly Check[] = [
  { name: 'kubernetes', look: kubernetes },
  { name: 'tekton', look: tekton },
  { name: 'knative-eventing', look: knative },
  { name: 'feature-flags', look: featureFlags },
  { name: 'resolver', look: resolvers },
]

/** Where Tekton says how runs ended; undefined where nowhere. */
export async function eventSettings(patient: Patient) {
  const { sink = '', formats = '' } = (await settings(patient, TEKTON, 'config-events')) ?? {}
  return { sink, formats }
}

/** The command that points Tekton at an address. */
export function pointAt(sink: string): string {
  return patchOf(TEKTON, 'config-events', { formats: 'tektonv1', sink })
}
