// Every Trigger twice more: each event reaches each function three times, in any order.

import type { Kubernetes } from '../../../shared/kubernetes/client.ts'
import type { KubernetesObject, Resource } from '../../../shared/kubernetes/resources.ts'
import { until } from '../../conformance/until.ts'
import { ready, triggers } from '../eventing.ts'
import { SYSTEM } from '../stage.ts'

const BROKER = 'playbooks'
const LABEL = 'playbook.kubernaut.io/test'
const TWICE_MORE = ['second', 'third']
const PATIENCE_MS = 60_000

interface Trigger extends KubernetesObject {
  readonly spec: { readonly broker: string; readonly delivery?: object }
}

interface Channel extends KubernetesObject {
  readonly spec: { readonly subscribers?: readonly { readonly uid: string }[] }
  readonly status?: { readonly subscribers?: readonly { readonly uid: string; readonly ready: string }[] }
}

function messaging(kind: string): Resource {
  const plural = `${kind.toLowerCase()}s`
  return { group: 'messaging.knative.dev', version: 'v1', plural, kind, namespaced: true }
}

const subscriptions = messaging('Subscription')
const channels = messaging('InMemoryChannel')

async function listTriggers(kubernetes: Kubernetes): Promise<readonly Trigger[]> {
  const { items } = await kubernetes.list<Trigger>(triggers, { namespace: SYSTEM })
  return items.filter(({ spec }) => spec.broker === BROKER)
}

/**
 * Whether the Broker's channel delivers to exactly the Triggers there are. Subscriptions rewrite the channel's whole list,
 * and two at once can leave one in it that is gone, for which every sender waits. Other Brokers have no such channel.
 */
async function isSound(kubernetes: Kubernetes): Promise<true | undefined> {
  const key = { namespace: SYSTEM, name: `${BROKER}-kne-trigger` }
  const channel = await kubernetes.get<Channel>(channels, key)
  if (channel === undefined) return true
  const owners = new Set((await listTriggers(kubernetes)).map(({ metadata }) => metadata.uid))
  const { items } = await kubernetes.list<KubernetesObject>(subscriptions, { namespace: SYSTEM })
  const ours = items.filter(({ metadata }) => owners.has(metadata.ownerReferences?.[0]?.uid))
  const wanted = ours.map(({ metadata }) => metadata.uid ?? '').sort()
  const told = (channel.spec.subscribers ?? []).map(({ uid }) => uid).sort()
  const known = (channel.status?.subscribers ?? [])
    .filter(each => each.ready === 'True')
    .map(({ uid }) => uid)
  const isSame = wanted.length === owners.size && wanted.join() === told.join()
  return (isSame && known.sort().join() === told.join()) || undefined
}

function sound(kubernetes: Kubernetes, when: string): Promise<true> {
  return until(`the Broker's channel to know its subscribers ${when}`, () => isSound(kubernetes), PATIENCE_MS)
}

/** One after the other: see isSound. */
export async function removeCopies(kubernetes: Kubernetes): Promise<void> {
  const copies = (await listTriggers(kubernetes)).filter(({ metadata }) => metadata.labels?.[LABEL])
  for (const { metadata } of copies) {
    await kubernetes.remove(triggers, metadata)
    await sound(kubernetes, `without ${metadata.name}`)
  }
}

/** Resolves when all of them receive events. */
export async function copyTriggers(kubernetes: Kubernetes): Promise<void> {
  await removeCopies(kubernetes)
  for (const { metadata, spec } of await listTriggers(kubernetes))
    for (const suffix of TWICE_MORE) {
      const name = `${metadata.name}-${suffix}`
      const labels = { [LABEL]: 'faults' }
      const copy = { apiVersion: 'eventing.knative.dev/v1', kind: 'Trigger', spec }
      await kubernetes.create(triggers, { ...copy, metadata: { name, namespace: SYSTEM, labels } })
      await ready(kubernetes, triggers, { namespace: SYSTEM, name })
      await sound(kubernetes, `with ${name}`)
    }
}
