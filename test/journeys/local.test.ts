// The journeys in the local world, synchronous like Knative's default Broker and asynchronous like Kafka's.

import { afterAll, describe } from 'vitest'
import { startWorld, type World } from '../../local/world/world.ts'
import { createLog } from '../../shared/runtime/log.ts'
import { defineJourneys } from './journeys.ts'
import { stageOf } from './local-stage.ts'

describe.each(['synchronous', 'asynchronous'] as const)('with a Broker that is %s', mode => {
  let world: World | undefined

  afterAll(() => world?.close())

  defineJourneys(async () => {
    world = await startWorld({ log: createLog('silent'), mode })
    const namespace = 'journeys'
    await world.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
    return { stage: stageOf(world), namespace }
  })
})
