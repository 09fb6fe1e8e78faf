// The stand-in for Tekton against the scenarios that a real one must pass too.

import { afterAll, beforeAll, it } from 'vitest'
import { type LocalWorld, startWorld } from '../local/tekton/world.ts'
import { TEKTON_SCENARIOS } from './tekton.scenarios.ts'
import { createStage } from './tekton.world.ts'

let world: LocalWorld

beforeAll(async () => {
  world = await startWorld()
  // A step that sleeps is one that runs longer than its test.
  await world.start({ play: async () => ({ slow: { durationMs: 600_000 } }) })
})

afterAll(() => world.close())

it.concurrent.each(TEKTON_SCENARIOS.map((scenario, index) => ({ ...scenario, index })))(
  '$name',
  async ({ run, index }) => run(createStage(world, `scenario-${index}`)),
)
