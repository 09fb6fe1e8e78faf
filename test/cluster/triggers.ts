// Triggers on a real Broker: applied so that they take every event from then on, removed so that nobody else notices.

import { randomUUID } from 'node:crypto'
import { emit } from '../../shared/events/emit.ts'
import type { Kubernetes } from '../../shared/kubernetes/client.ts'
import type { KubernetesObject, Resource } from '../../shared/kubernetes/resources.ts'
import { type Subscriber, startSubscriber, type TriggerObject } from '../conformance/broker.world.ts'
import { until } from '../conformance/until.ts'
import { ready, triggers } from './eventing.ts'

/** A Broker on a cluster, as this machine reaches it. */
export interface RealBroker {
  readonly kubernetes: Kubernetes
  readonly namespace: string
  readonly broker: string
  /** The ingress without a path. */
  readonly ingress: string
  /** The address that subscribers listen on. */
  readonly host: string
}

const PROBE_MS = 2_000
const PATIENCE_MS = 60_000

const subscriptions: Resource = {
  group: 'messaging.knative.dev',
  version: 'v1',
  plural: 'subscriptions',
  kind: 'Subscription',
  namespaced: true,
}

/**
 * For a Trigger that is removed from a Broker in use. Its channel goes on delivering to it for a moment, where the Broker's
 * filter no longer knows it and answers 404: retries would keep every sender waiting, minutes with the default delivery,
 * and without a sink for dead letters the sender gets a 500.
 */
function harmless(sink: string): object {
  return { delivery: { retry: 0, deadLetterSink: { uri: sink } } }
}

/** Creates Triggers and resolves once they receive events; what it answers removes them. */
export async function applyTriggers(
  world: RealBroker,
  objects: readonly TriggerObject[],
): Promise<() => Promise<void>> {
  const witness = await createWitness(world)
  const removeAll = async () => {
    await remove(world, [...objects, witness.trigger])
    witness.close()
  }
  try {
    await Promise.all(objects.map(object => create(world, object)))
    await settle(world, witness)
  } catch (error) {
    await removeAll()
    throw error
  }
  return removeAll
}

async function create({ kubernetes }: RealBroker, trigger: TriggerObject): Promise<void> {
  await kubernetes.create<TriggerObject>(triggers, trigger)
  await ready(kubernetes, triggers, trigger.metadata)
}

interface Witness extends Subscriber {
  readonly type: string
  readonly trigger: TriggerObject
}

/** A subscriber to a type that nobody else sends, and the Trigger that it will be told by. */
async function createWitness({ namespace, broker, host }: RealBroker): Promise<Witness> {
  const subscriber = await startSubscriber(host)
  const id = randomUUID()
  const type = `io.kubernaut.conformance.witness.${id.slice(0, 8)}`
  const uri = subscriber.url
  const spec = { broker, filter: { attributes: { type } }, subscriber: { uri }, ...harmless(uri) }
  const metadata = { namespace, name: `witness-${id}` }
  const trigger = { apiVersion: 'eventing.knative.dev/v1', kind: 'Trigger', metadata, spec } as const
  return { ...subscriber, type, trigger }
}

/**
 * A Trigger is Ready a moment before the Broker's filter has heard of it, and what is sent in between is lost. All parts
 * hear of Triggers in the order of their writing, so when a later one works, the earlier ones do.
 */
async function settle(world: RealBroker, { type, trigger, received }: Witness): Promise<void> {
  const { namespace, broker, ingress } = world
  await create(world, trigger)
  const arrived = async () => {
    const event = { specversion: '1.0', id: randomUUID(), source: '/conformance', type } as const
    // Other Triggers of the Broker may keep a sender waiting; what counts is what the witness has.
    const sending = emit(fetch, `${ingress}/${namespace}/${broker}`, event, { timeout: PROBE_MS })
    await sending.catch(() => undefined)
    return received.some(({ event }) => event.knativeerrorcode === undefined) || undefined
  }
  await until(`Broker ${namespace}/${broker} to deliver to a new Trigger`, arrived, PATIENCE_MS)
}

/** Resolves when the channel is told, too: garbage collection takes a moment to remove a Trigger's Subscription. */
async function remove(
  { kubernetes, namespace }: RealBroker,
  objects: readonly TriggerObject[],
): Promise<void> {
  const names = new Set(objects.map(({ metadata }) => metadata.name))
  const { items: left } = await kubernetes.list<KubernetesObject>(triggers, { namespace })
  const ours = left.filter(({ metadata }) => names.has(metadata.name))
  await Promise.all(ours.map(({ metadata }) => kubernetes.remove(triggers, metadata)))
  await until('the Subscriptions to go', async () => {
    const { items } = await kubernetes.list<KubernetesObject>(subscriptions, { namespace })
    const owners = items.map(({ metadata }) => metadata.ownerReferences?.[0]?.name ?? '')
    return !owners.some(owner => names.has(owner)) || undefined
  })
}
