// The journeys in the local world, synchronous like Knative's default Broker and asynchronous like Kafka's.

import { afterAll, describe } from 'vitest'
import { startWorld, type World } from '../../local/world/world.ts'
import { createLog } from '../../shared/runtime/log.ts'
import { defineJourneys } from './journeys.ts'
import { stageOf } from './local-stage.ts'
import type { Place } from './looks.ts'
import { definePolicyJourneys } from './policy.ts'

const MINUTE = 60_000

/** A world with a namespace in it, closed after the tests that opened it. */
function opening(mode: 'synchronous' | 'asynchronous', namespace: string): () => Promise<Place> {
  let world: World | undefined
  let offset = 0
  afterAll(() => world?.close())
  return async () => {
    world = await startWorld({ log: createLog('silent'), mode, now: () => Date.now() + offset })
    await world.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
    const later = (): void => {
      offset += MINUTE
    }
    return { stage: { ...stageOf(world), later }, namespace }
  }
}

describe.each(['synchronous', 'asynchronous'] as const)('with a Broker that is %s', mode => {
  defineJourneys(opening(mode, 'journeys'))
})

describe('under a policy', () => {
  definePolicyJourneys(opening('synchronous', 'policies'))
})
