// The parts that triggers/ and the deployment bring: Broker, Triggers, sources, functions, admission policies.

import { brokers, configMaps, type KubernetesObject, resource } from '../../shared/kubernetes/resources.ts'
import { LABEL } from '../../shared/remediation/marks.ts'
import type { Broker } from '../broker.ts'
import { BROKER } from '../system.ts'
import { type Check, type Conditioned, type Finding, fail, ok, type Patient, unready, warn } from './check.ts'
import { type Deployment, deployments, eventSettings, pointAt } from './platform.ts'

const APPLY = 'kubectl apply -k triggers'
const DEPLOY = 'npm run deploy -- --registry REGISTRY'

const triggers = resource('eventing.knative.dev/v1', 'Trigger', 'triggers')
const apiServerSources = resource('sources.knative.dev/v1', 'ApiServerSource', 'apiserversources')
const pingSources = resource('sources.knative.dev/v1', 'PingSource', 'pingsources')
const knativeServices = resource('serving.knative.dev/v1', 'Service', 'services')
const policies = resource(
  'admissionregistration.k8s.io/v1',
  'ValidatingAdmissionPolicy',
  'validatingadmissionpolicies',
  false,
)
const bindings = resource(
  'admissionregistration.k8s.io/v1',
  'ValidatingAdmissionPolicyBinding',
  'validatingadmissionpolicybindings',
  false,
)

const TRIGGERS = ['register', 'validate', 'execute', 'notify', 'sweep']
const FUNCTIONS = [...TRIGGERS, 'deadletter']
/** Of triggers/admission.yaml: each policy, and what it alone forbids. */
const POLICIES: ReadonlyMap<string, string> = new Map([
  ['playbook-functions-approval', 'anyone who may patch a run may approve it'],
  ['playbook-functions-inline', 'anyone who may create a run may call any Pipeline of theirs a remediation'],
  ['playbook-functions-playbooks', 'anyone who may write a Playbook has runs made that they may not make'],
])

async function broker({ cluster, systemNamespace: namespace }: Patient): Promise<Finding[]> {
  const found = await cluster.kubernetes.get<Broker>(brokers, { namespace, name: BROKER })
  if (found === undefined) return [fail('broker', `There is no Broker ${namespace}/${BROKER}.`, APPLY)]
  const why = unready(found)
  if (why === undefined) return [ok('broker', found.status?.address?.url ?? 'ready')]
  return [fail('broker', why, `kubectl -n ${namespace} describe broker ${BROKER}`)]
}

/** One finding for all that are ready, and one for each that is not. */
async function readyOnes(
  { cluster, systemNamespace: namespace }: Patient,
  kind: ReturnType<typeof resource>,
  names: readonly string[],
): Promise<Finding[]> {
  const name = kind.plural
  const found: Finding[] = []
  for (const each of names) {
    const object = await cluster.kubernetes.get<Conditioned>(kind, { namespace, name: each })
    const why = object === undefined ? 'It is not there.' : unready(object)
    if (why === undefined) continue
    const look = `kubectl -n ${namespace} describe ${kind.kind.toLowerCase()} ${each}`
    found.push(fail(`${name}/${each}`, why, object === undefined ? APPLY : look))
  }
  return found.length > 0 ? found : [ok(name, `${names.join(', ')} ready`)]
}

interface Source extends KubernetesObject {
  readonly spec?: { readonly resources?: readonly { readonly selector?: unknown }[] }
}

/** Whether the source of runs tells of every one of ours (triggers/watch-runs), not only of those that wait. */
async function watchesRuns({ cluster, systemNamespace: namespace }: Patient): Promise<boolean> {
  const source = await cluster.kubernetes.get<Source>(apiServerSources, { namespace, name: 'runs' })
  const selectors = JSON.stringify(source?.spec?.resources ?? [])
  return selectors.includes(LABEL.correlation)
}

async function eventSink(patient: Patient): Promise<Finding[]> {
  const { cluster, systemNamespace: namespace } = patient
  const found = await cluster.kubernetes.get<Broker>(brokers, { namespace, name: BROKER })
  const address = found?.status?.address?.url
  const { sink, formats } = await eventSettings(patient)
  const fix = pointAt(address ?? "the Broker's address")
  if (sink !== '' && sink === address) {
    if (formats.split(',').some(each => each.trim() === 'tektonv1')) return [ok('event-sink', sink)]
    return [fail('event-sink', `config-events has the formats "${formats}", not tektonv1.`, fix)]
  }
  if (await watchesRuns(patient)) return [ok('event-sink', 'runs are watched by the source "runs"')]
  const message =
    sink === '' ? 'Tekton tells nobody how runs end.' : `Tekton tells ${sink}, which is not our Broker.`
  const other = sink === '' ? fix : 'kubectl apply -k triggers/watch-runs'
  return [fail('event-sink', message, other)]
}

/** A function is a Knative Service, or a Deployment where it was deployed raw. */
async function functions({ cluster, systemNamespace: namespace }: Patient): Promise<Finding[]> {
  const { kubernetes } = cluster
  const hasServing = (await kubernetes.discover('serving.knative.dev/v1')) !== undefined
  const found: Finding[] = []
  for (const name of FUNCTIONS) {
    const key = { namespace, name }
    const service = hasServing ? await kubernetes.get<Conditioned>(knativeServices, key) : undefined
    const deployment = service === undefined ? await kubernetes.get<Deployment>(deployments, key) : undefined
    if (service === undefined && deployment === undefined)
      found.push(fail(`functions/${name}`, 'It is not deployed.', DEPLOY))
    const why = service === undefined ? undefined : unready(service)
    if (why !== undefined)
      found.push(fail(`functions/${name}`, why, `kubectl -n ${namespace} describe ksvc ${name}`))
    if (deployment !== undefined && (deployment.status?.readyReplicas ?? 0) === 0) {
      const fix = `kubectl -n ${namespace} describe deployment ${name}`
      found.push(fail(`functions/${name}`, 'It has no ready pod.', fix))
    }
  }
  return found.length > 0 ? found : [ok('functions', `${FUNCTIONS.join(', ')} ready`)]
}

async function admission({ cluster }: Patient): Promise<Finding[]> {
  const found: Finding[] = []
  for (const [name, otherwise] of POLICIES) {
    const policy = await cluster.kubernetes.get<KubernetesObject>(policies, { name })
    const binding = await cluster.kubernetes.get<KubernetesObject>(bindings, { name })
    const message = `Without it, or its binding, ${otherwise}.`
    if (policy === undefined || binding === undefined) found.push(fail(`admission/${name}`, message, APPLY))
  }
  return found.length > 0 ? found : [ok('admission', [...POLICIES.keys()].join(', '))]
}

async function deadLetters({ cluster, systemNamespace: namespace }: Patient): Promise<Finding[]> {
  const labelSelector = LABEL.deadLetter
  const { items } = await cluster.kubernetes.list<KubernetesObject>(configMaps, { namespace, labelSelector })
  if (items.length === 0) return [ok('dead-letters', 'none')]
  const fix = `kubectl -n ${namespace} get configmaps -l ${labelSelector}`
  return [warn('dead-letters', `${items.length} events could not be delivered.`, fix)]
}

export const PARTS: readonly Check[] = [
  { name: 'broker', look: broker },
  { name: 'event-sink', look: eventSink },
  { name: 'triggers', look: patient => readyOnes(patient, triggers, TRIGGERS) },
  {
    name: 'sources',
    look: async patient => [
      ...(await readyOnes(patient, apiServerSources, ['playbooks', 'runs'])),
      ...(await readyOnes(patient, pingSources, ['sweep'])),
    ],
  },
  { name: 'functions', look: functions },
  { name: 'admission', look: admission },
  { name: 'dead-letters', look: deadLetters },
]
