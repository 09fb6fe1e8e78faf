// The journeys in the local world: with a Broker like Knative's default one, one like Kafka's, and where Tekton is silent.

import { afterAll, describe } from 'vitest'
import { SYSTEM, startWorld, type World, type WorldOptions } from '../../local/world/world.ts'
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

const WORLDS: Readonly<Record<string, Partial<WorldOptions>>> = {
  'a Broker that is synchronous': { mode: 'synchronous' },
  'a Broker that is asynchronous': { mode: 'asynchronous' },
  "a source that watches runs, and none of Tekton's events": {
    overlay: 'watch-runs',
    dropTekton: () => true,
  },
}

describe.each(Object.entries(WORLDS))('with %s', (_, options) => {
  let world: World | undefined

  afterAll(() => world?.close())

  defineJourneys(async () => {
    world = await startWorld({ log: createLog('silent'), ...options })
    const namespace = 'journeys'
    await world.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
    return { stage: stageOf(world), namespace }
  })
})
