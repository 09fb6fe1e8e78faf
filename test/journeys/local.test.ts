// The journeys in the local world: with a Broker like Knative's default one, one like Kafka's, and where Tekton is silent.

import { afterAll, describe } from 'vitest'
import { pushStandIn } from '../../local/story/stand-in-image.ts'
import { startWorld, type World, type WorldOptions } from '../../local/world/world.ts'
import { createLog } from '../../shared/runtime/log.ts'
import { call, makeScratch, type Scratch } from '../cli/kit.ts'
import { defineImageJourney } from './image.ts'
import { defineJourneys } from './journeys.ts'
import { stageOf } from './local-stage.ts'
import type { Place } from './looks.ts'
import { definePolicyJourneys } from './policy.ts'

const MINUTE = 60_000

/** A world with a namespace in it, closed after the tests that opened it. */
function opening(
  options: Partial<WorldOptions>,
  namespace: string,
): () => Promise<Place & { readonly world: World }> {
  let world: World | undefined
  let offset = 0
  afterAll(() => world?.close())
  return async () => {
    world = await startWorld({ log: createLog('silent'), ...options, now: () => Date.now() + offset })
    await world.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
    const later = (): void => {
      offset += MINUTE
    }
    return { stage: { ...stageOf(world), later }, namespace, world }
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
  defineJourneys(opening(options, 'journeys'))
})

describe('under a policy', () => {
  definePolicyJourneys(opening({ mode: 'synchronous' }, 'policies'))
})

const folders: Scratch[] = []
afterAll(async () => {
  for (const scratch of folders) await scratch[Symbol.asyncDispose]()
})

describe('of an image', () => {
  const open = opening({ mode: 'asynchronous' }, 'images')
  defineImageJourney(async () => {
    const { world, ...place } = await open()
    const scratch = await makeScratch()
    folders.push(scratch)
    const kubeconfig = await scratch.put('kubeconfig', world.api.kubeconfig('ann'))
    return {
      ...place,
      image: await pushStandIn({ registry: world.registry.host, repository: 'tools/printer' }),
      async say(...words) {
        const { code, out, err } = await call([...words, '-n', 'images', '--kubeconfig', kubeconfig])
        if (code !== 0) throw new Error(err + out)
        return out
      },
    }
  })
})
