// What must be on the cluster before a function is deployed there, and what its func.yaml wants to know.

import type { Kubernetes } from '../../shared/kubernetes/client.ts'
import { KubernetesError } from '../../shared/kubernetes/errors.ts'
import { secrets, serviceAccounts } from '../../shared/kubernetes/resources.ts'
import type { Deployer } from './arguments.ts'
import { type Descriptor, type SecretKeys, type Surroundings, secretsOf } from './descriptor.ts'
import { brokers, type Conditioned, knativeServices, type Secret, type Trigger, triggers } from './kinds.ts'
import { waitFor } from './waiting.ts'

/** One namespace of a cluster. */
export interface Place {
  readonly kubernetes: Kubernetes
  readonly namespace: string
  /** What applies the triggers: `run … first`. */
  readonly first: string
}

/** As triggers/broker.yaml names it. */
const BROKER = 'playbooks'

/** The Broker's address as its status has it, and the keys of the Secrets. Throws an Error that says what to do first. */
export async function look(
  place: Place,
  descriptors: readonly Descriptor[],
): Promise<Pick<Surroundings, 'values' | 'secrets'>> {
  const { kubernetes, namespace, first } = place
  for (const { name, deploy } of descriptors) {
    const account = { namespace, name: deploy.serviceAccountName }
    if ((await kubernetes.get(serviceAccounts, account)) === undefined)
      throw new Error(
        `${name} needs the service account ${namespace}/${deploy.serviceAccountName}: run ${first} first.`,
      )
  }
  const sink = await addressOfBroker(place)
  await checkSubscribers(place, descriptors)
  const names = new Set(descriptors.flatMap(secretsOf))
  const found = await Promise.all([...names].map(name => readSecret(place, name)))
  return { values: { K_SINK: sink, POD_NAMESPACE: namespace }, secrets: Object.fromEntries(found.flat()) }
}

/** A Broker that was applied a moment ago has no address yet. */
async function addressOfBroker(place: Place): Promise<string> {
  let url: string | undefined
  await waitFor(`the Broker ${place.namespace}/${BROKER} to have an address`, async () => {
    const key = { namespace: place.namespace, name: BROKER }
    const broker = await place.kubernetes.get<Conditioned>(brokers, key)
    if (broker === undefined)
      throw new Error(`The Broker ${place.namespace}/${BROKER} is missing: run ${place.first} first.`)
    url = broker.status?.address?.url
    return url !== undefined
  })
  return url ?? ''
}

/** The Broker's Triggers that wake one of these Services. */
export async function triggersOf(place: Place, names: readonly string[]): Promise<readonly Trigger[]> {
  const found = await listTriggers(place)
  return found.filter(({ spec }) => names.includes(spec.subscriber?.ref?.name ?? ''))
}

async function listTriggers({ kubernetes, namespace }: Place): Promise<readonly Trigger[]> {
  const { items } = await kubernetes.list<Trigger>(triggers, { namespace })
  return items.filter(({ spec }) => spec.broker === BROKER)
}

/** A Trigger whose subscriber nobody deploys would never be Ready, and its events would be lost. */
async function checkSubscribers(place: Place, descriptors: readonly Descriptor[]): Promise<void> {
  const deployed = descriptors.map(({ name }) => `${place.namespace}/${name}`)
  const refs = (await listTriggers(place)).flatMap(({ metadata, spec }) => {
    const { ref } = spec.subscriber ?? {}
    return ref?.kind === 'Service' ? [{ trigger: metadata.name, ref }] : []
  })
  if (refs.length === 0) throw new Error(`${place.namespace} has no Trigger: run ${place.first} first.`)
  for (const { trigger, ref } of refs) {
    const wakes = `${ref.namespace ?? place.namespace}/${ref.name}`
    if (deployed.includes(wakes)) continue
    throw new Error(
      `The Trigger ${trigger} wakes ${wakes}, and this deploys only ${deployed.join(', ')}: run ${place.first} first.`,
    )
  }
}

/** Throws an Error where the cluster lacks what a deployer makes. */
export async function checkDeployer({ kubernetes, namespace }: Place, deployer: Deployer): Promise<void> {
  if (deployer !== 'knative') return
  try {
    await kubernetes.list(knativeServices, { namespace })
  } catch (error) {
    if (!(error instanceof KubernetesError) || error.status !== 404) throw error
    throw new Error('This cluster has no Knative Serving: install it, or give --deployer raw.', {
      cause: error,
    })
  }
}

/** Names and version only: no value leaves the cluster. */
async function readSecret({ kubernetes, namespace }: Place, name: string): Promise<[string, SecretKeys][]> {
  const secret = await kubernetes.get<Secret>(secrets, { namespace, name })
  if (secret === undefined) return []
  const { resourceVersion = '' } = secret.metadata
  return [[name, { version: resourceVersion, keys: Object.keys(secret.data ?? {}) }]]
}
