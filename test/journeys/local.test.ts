// The journeys in the local world, synchronous like Knative's default Broker and asynchronous like Kafka's.

import { afterAll, describe } from 'vitest'
import { SYSTEM, startWorld, type World } from '../../local/world/world.ts'
import { emit } from '../../shared/events/emit.ts'
import { createLog } from '../../shared/runtime/log.ts'
import { defineJourneys } from './journeys.ts'
import type { Stage } from './stage.ts'

function stageOf(world: World): Stage {
  return {
    kubernetes: world.kubernetes,
    registry: world.registry.host,
    image: 'registry.example.com/shell:1',
    system: SYSTEM,
    apply: world.apply,
    send: event => emit(globalThis.fetch, world.sink, event),
    sweep: world.sweep,
  }
}

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
