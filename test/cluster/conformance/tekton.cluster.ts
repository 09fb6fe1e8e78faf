// A real Tekton against the scenarios that the stand-in passes; its events come through the Broker they are sent to.

import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, it } from 'vitest'
import type { KubernetesObject } from '../../../shared/kubernetes/resources.ts'
import { configMaps } from '../../../shared/kubernetes/resources.ts'
import { type Subscriber, startSubscriber, type TriggerObject } from '../../conformance/broker.world.ts'
import { publishing } from '../../conformance/tekton.bundles.ts'
import { TEKTON_SCENARIOS } from '../../conformance/tekton.scenarios.ts'
import { createStage, type TektonWorld } from '../../conformance/tekton.world.ts'
import { type Cluster, openCluster, setting, testImage } from '../cluster.ts'
import { findIngress } from '../eventing.ts'
import { testHost } from '../test-host.ts'
import { applyTriggers, harmless } from '../triggers.ts'

const RUNS = `conformance-${randomUUID().slice(0, 8)}`
/** A kubelet that misses a pod's change looks again a minute or more later; until then a step waits for its start. */
const PATIENCE_MS = 180_000
const DEADLINE_MS = 2 * PATIENCE_MS

let cluster: Cluster
let world: TektonWorld
let subscriber: Subscriber
let removeTriggers: (() => Promise<void>) | undefined

interface ConfigMap extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>
}

/** Tekton has one sink for the whole cluster; the tests leave it as it is and listen in behind it. */
async function findSink(): Promise<{ namespace: string; name: string }> {
  const key = { namespace: 'tekton-pipelines', name: 'config-events' }
  const sink = (await cluster.kubernetes.get<ConfigMap>(configMaps, key))?.data?.sink ?? ''
  const [, namespace, name, more] = URL.canParse(sink) ? new URL(sink).pathname.split('/') : []
  if (!namespace || !name || more)
    throw new Error(`Tekton's config-events must name a Broker's ingress as its sink, not "${sink}".`)
  return { namespace, name }
}

/** A Trigger of our own for the events about our runs. */
async function listen(): Promise<void> {
  const { namespace, name: broker } = await findSink()
  const { kubernetes } = cluster
  const ingress = await findIngress(kubernetes, { namespace, name: broker })
  const filters = [{ prefix: { subject: RUNS } }]
  const trigger: TriggerObject = {
    apiVersion: 'eventing.knative.dev/v1',
    kind: 'Trigger',
    metadata: { namespace, name: RUNS },
    spec: { broker, subscriber: { uri: subscriber.url }, ...{ filters }, ...harmless(subscriber.url) },
  }
  const host = await testHost()
  removeTriggers = await applyTriggers({ kubernetes, namespace, broker, ingress, host }, [trigger])
}

beforeAll(async () => {
  cluster = await openCluster('conformance-tekton')
  subscriber = await startSubscriber(await testHost())
  await listen()
  world = {
    kubernetes: cluster.kubernetes,
    namespace: cluster.namespace,
    image: testImage(),
    ...publishing(setting('REGISTRY')),
    get events() {
      const own = subscriber.received.filter(({ event }) => event.knativeerrorcode === undefined)
      return own.map(({ event, headers }) => ({ headers, body: event.data }))
    },
    coalesces: true,
    patienceMs: PATIENCE_MS,
  }
})

afterAll(async () => {
  await removeTriggers?.()
  subscriber.close()
  await cluster[Symbol.asyncDispose]()
})

it.concurrent.each(TEKTON_SCENARIOS.map((scenario, index) => ({ ...scenario, index })))(
  '$name',
  async ({ run, index }) => run(createStage(world, `${RUNS}-${index}`)),
  DEADLINE_MS,
)
