// Triggers on a real Broker: applied so that they take every event from then on, removed so that nobody else notices.

import { randomUUID } from 'node:crypto'
import type { Kubernetes } from '../../shared/kubernetes/client.ts'
import type { KubernetesObject, Resource } from '../../shared/kubernetes/resources.ts'
import { emit } from '../../shared/events/emit.ts'
import { startSubscriber, type TriggerObject } from '../conformance/broker.world.ts'
import { until } from '../conformance/tekton.world.ts'
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
export function harmless(sink: string): object {
  return { delivery: { retry: 0, deadLetterSink: { uri: sink } } }
}

/** Creates Triggers and resolves once they receive events; what it answers removes them. */
export async function applyTriggers(
  world: RealBroker,
  objects: readonly TriggerObject[],
): Promise<() => Promise<void>> {
  await Promise.all(objects.map(object => create(world, object)))
  const witness = await settle(world)
  return async () => {
    await remove(world, [...objects, witness.trigger])
    witness.close()
  }
}

async function create({ kubernetes }: RealBroker, trigger: TriggerObject): Promise<void> {
  await kubernetes.create<TriggerObject>(triggers, trigger)
  await ready(kubernetes, triggers, trigger.metadata)
}

/**
 * A Trigger is Ready a moment before the Broker's filter has heard of it, and what is sent in between is lost. All parts
 * hear of Triggers in the order of their writing, so when a later one works, the earlier ones do.
 */
async function settle(world: RealBroker): Promise<{ trigger: TriggerObject; close: () => void }> {
  const { namespace, broker, ingress, host } = world
  const { url: uri, received, close } = await startSubscriber(host)
  const id = randomUUID()
  const type = `io.kubernaut.conformance.witness.${id.slice(0, 8)}`
  const spec = { broker, filter: { attributes: { type } }, subscriber: { uri }, ...harmless(uri) }
  const metadata = { namespace, name: `witness-${id}` }
  const trigger: TriggerObject = { apiVersion: 'eventing.knative.dev/v1', kind: 'Trigger', metadata, spec }
  await create(world, trigger)
  await until('a new Trigger to receive', async () => {
    const event = { specversion: '1.0', id: randomUUID(), source: '/conformance', type } as const
    await emit(fetch, `${ingress}/${namespace}/${broker}`, event)
    return received.some(({ event }) => event.knativeerrorcode === undefined) || undefined
  })
  return { trigger, close }
}

/** Resolves when the channel is told, too: garbage collection takes a moment to remove a Trigger's Subscription. */
async function remove({ kubernetes, namespace }: RealBroker, objects: readonly TriggerObject[]): Promise<void> {
  const names = new Set(objects.map(({ metadata }) => metadata.name))
  await Promise.all(objects.map(({ metadata }) => kubernetes.remove(triggers, metadata)))
  await until('the Subscriptions to go', async () => {
    const { items } = await kubernetes.list<KubernetesObject>(subscriptions, { namespace })
    const left = items.filter(({ metadata }) => names.has(metadata.ownerReferences?.[0]?.name ?? ''))
    return left.length === 0 || undefined
  })
}
