// The local world as a stage for journeys.

import { SYSTEM, type World } from '../../local/world/world.ts'
import { emit } from '../../shared/events/emit.ts'
import type { Stage } from './stage.ts'

export function stageOf(world: World): Stage {
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
