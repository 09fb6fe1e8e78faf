// What the Broker costs alone: two hops through a Broker of the same class, with the bare server in the functions' place.

import { request } from 'undici'
import { triggers } from '../../scripts/deploy/kinds.ts'
import { waitFor } from '../../scripts/deploy/waiting.ts'
import { TYPE } from '../../shared/events/contract.ts'
import type { KubernetesObject } from '../../shared/kubernetes/resources.ts'
import { createBroker, findIngress, ready } from '../../test/cluster/eventing.ts'
import { addressOf, PLAYBOOK, type Place } from './place.ts'
import { createCopy, hostOf } from './services.ts'
import { analysisOf, freshIds, ours } from './sides.ts'

export interface Hops extends AsyncDisposable {
  /** Sends so many events at once; milliseconds until each was answered, which is when it had been through both hops. */
  readonly measure: (count: number) => Promise<readonly number[]>
}

interface Chained extends KubernetesObject {
  readonly spec: object
}

const BROKER = 'hops'
const ANNOTATIONS = { 'autoscaling.knative.dev/min-scale': '1', 'autoscaling.knative.dev/max-scale': '1' }

async function createChain(place: Place): Promise<string> {
  const { kubernetes, namespace } = place
  const name = await createCopy(place, { purpose: 'hops', isBare: true, annotations: ANNOTATIONS })
  const host = hostOf(place, name)
  await createBroker(kubernetes, namespace, BROKER)
  const hops = [
    ['middle', TYPE.analysisCompleted],
    ['end', 'io.kubernaut.bench.middle'],
  ] as const
  for (const [path, type] of hops) {
    const subscriber = { uri: `http://${host}/${path}` }
    const spec = { broker: BROKER, filter: { attributes: { type } }, subscriber }
    const metadata = { namespace, name: path }
    await kubernetes.create<Chained>(triggers, {
      apiVersion: 'eventing.knative.dev/v1',
      kind: 'Trigger',
      metadata,
      spec,
    })
    await ready(kubernetes, triggers, metadata)
  }
  return name
}

/** How many events have come to the end of the chain, as the bare server itself counts. */
async function countEnded(gateway: string, host: string): Promise<number> {
  const { statusCode, body } = await request(`http://${gateway}/`, { headers: { host } })
  const text = await body.text()
  if (statusCode !== 200) throw new Error(`${host} answered ${statusCode}: ${text}`)
  return Number(text)
}

/** Creates the chain and resolves once it carries events. */
export async function createHops(place: Place): Promise<Hops> {
  const { kubernetes, namespace, system } = place
  const name = await createChain(place)
  const ingress = await findIngress(kubernetes, { namespace, name: BROKER })
  const broker = ours(`${ingress}/${namespace}/${BROKER}`)
  const gateway = await addressOf(kubernetes, system, name)
  const body = analysisOf(namespace, PLAYBOOK, 'hops')

  async function measure(count: number): Promise<readonly number[]> {
    const before = await countEnded(gateway, hostOf(place, name))
    const times = await Promise.all(
      freshIds(count).map(async id => {
        const at = performance.now()
        const status = await broker.post(id, body)
        if (status !== 202) throw new Error(`The Broker answered ${status}.`)
        return performance.now() - at
      }),
    )
    const arrived = (await countEnded(gateway, hostOf(place, name))) - before
    if (arrived < count) throw new Error(`Of ${count} events ${arrived} came through two bare hops.`)
    return times
  }

  // A Trigger is Ready a moment before the Broker's filter has heard of it.
  await waitFor('events to come through two bare hops', () => measure(1).then(Boolean, () => false))
  return { measure, [Symbol.asyncDispose]: () => broker.close() }
}
