// A real Tekton against the scenarios that the stand-in passes; its events come straight from it.

import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, it } from 'vitest'
import { pipelineRuns } from '../../../shared/kubernetes/resources.ts'
import { type Subscriber, startSubscriber } from '../../conformance/broker.world.ts'
import { publishing } from '../../conformance/tekton.bundles.ts'
import { TEKTON_SCENARIOS } from '../../conformance/tekton.scenarios.ts'
import { createStage, type TektonWorld } from '../../conformance/tekton.world.ts'
import { until } from '../../conformance/until.ts'
import { type Cluster, openCluster, setting, testImage } from '../cluster.ts'
import { configEvents, readConfigEvents } from '../installed.ts'
import { testHost } from '../test-host.ts'

const RUNS = `conformance-${randomUUID().slice(0, 8)}`
/** A kubelet that misses a pod's change looks again a minute or more later; until then a step waits for its start. */
const PATIENCE_MS = 180_000
const DEADLINE_MS = 2 * PATIENCE_MS
const PROBE_MS = 1_000

let cluster: Cluster
let world: TektonWorld
let subscriber: Subscriber
let restore: (() => void) | undefined

/**
 * Tekton has one sink for the whole cluster: ours, for as long as the tests last. A Trigger on the Broker behind it would
 * change the subscribers of a channel in use, which can leave one that is gone (knative/eventing, see faults/copies.ts).
 */
async function listen(): Promise<void> {
  const before = readConfigEvents()
  restore = () => configEvents(before)
  configEvents({ sink: subscriber.url, formats: 'tektonv1' })
  let probes = 0
  await until("Tekton's events to come here", async () => {
    await probe(++probes)
    return subscriber.received.length > 0 || undefined
  })
}

/** A run that ends at once: its Pipeline is nowhere. */
async function probe(count: number): Promise<void> {
  const metadata = { namespace: cluster.namespace, name: `probe-${count}` }
  const spec = { pipelineRef: { name: 'nowhere' } }
  await cluster.kubernetes.create(pipelineRuns, {
    apiVersion: 'tekton.dev/v1',
    kind: 'PipelineRun',
    metadata,
    spec,
  } as never)
  await sleep(PROBE_MS)
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
      const own = subscriber.received.filter(({ event }) => event.subject?.startsWith(RUNS))
      return own.map(({ event, headers }) => ({ headers, body: event.data }))
    },
    coalesces: true,
    patienceMs: PATIENCE_MS,
  }
})

afterAll(async () => {
  restore?.()
  subscriber.close()
  await cluster[Symbol.asyncDispose]()
})

it.concurrent.each(TEKTON_SCENARIOS.map((scenario, index) => ({ ...scenario, index })))(
  '$name',
  async ({ run, index }) => run(createStage(world, `${RUNS}-${index}`)),
  DEADLINE_MS,
)
