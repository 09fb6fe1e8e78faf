// A real Broker against the scenarios that the local one passes.

import { afterAll, afterEach, beforeAll, it } from 'vitest'
import { BROKER_SCENARIOS } from '../../conformance/broker.scenarios.ts'
import { createStage, type Stage } from '../../conformance/broker.stage.ts'
import type { BrokerWorld } from '../../conformance/broker.world.ts'
import { type Cluster, openCluster } from '../cluster.ts'
import { createBroker, findIngress } from '../eventing.ts'
import { testHost } from '../test-host.ts'
import { applyTriggers } from '../triggers.ts'

const BROKER = 'conformance'
let cluster: Cluster
let world: BrokerWorld
let stage: Stage | undefined
const removals: (() => Promise<void>)[] = []

beforeAll(async () => {
  cluster = await openCluster('conformance-broker')
  const { kubernetes, namespace } = cluster
  await createBroker(kubernetes, namespace, BROKER)
  const ingress = await findIngress(kubernetes, { namespace, name: BROKER })
  const real = { kubernetes, namespace, broker: BROKER, ingress, host: await testHost() }
  const apply: BrokerWorld['apply'] = async objects => {
    removals.push(await applyTriggers(real, objects))
  }
  world = { ...real, synchronous: true, apply }
})

afterEach(() => stage?.close())
afterAll(async () => {
  await Promise.all(removals.map(remove => remove()))
  await cluster[Symbol.asyncDispose]()
})

it.each(BROKER_SCENARIOS)('$name', async ({ run }) => {
  stage = createStage(world)
  await run(stage)
})
