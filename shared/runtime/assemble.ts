// Gives each function of a deployment its services.

import { emit } from '../events/emit.ts'
import type { Served } from './answer.ts'
import { createBackground } from './background.ts'
import { Fault } from './fault.ts'
import type { PlaybookFunction, Services } from './function.ts'
import { createMetrics, type Metrics } from './metrics.ts'

type Given = Omit<Services, 'background' | 'post' | 'metrics' | 'stopping'>

export interface Assembled {
  readonly served: readonly Served[]
  readonly metrics: Metrics
  /** Loads the functions and begins what no event begins. */
  readonly warm: () => Promise<void>
  /** Resolves when no work is left in the background. */
  readonly drain: () => Promise<void>
  /** Ends what goes on by itself, then drains. */
  readonly stop: () => Promise<void>
}

/** How long a sender waits for work that something outside keeps waiting. */
const PATIENCE_MS = 2_000
const CONCURRENCY = 16
const WAITING = 1_000

/** The functions that the configuration names, or all, ready to handle events. */
export function assemble(given: Given, all: readonly PlaybookFunction[]): Assembled {
  const { config, fetch, log } = given
  const background = createBackground({
    concurrency: CONCURRENCY,
    waiting: WAITING,
    patienceMs: PATIENCE_MS,
    log,
  })
  const metrics = createMetrics()
  const stopping = new AbortController()
  const services: Services = {
    ...given,
    background,
    metrics,
    stopping: stopping.signal,
    async post(event) {
      if (config.sink === undefined)
        throw new Fault('unavailable', 'K_SINK is not set: there is no Broker to post to.')
      await emit(fetch, config.sink, event)
    },
  }
  const wanted = all.filter(each => config.functions.length === 0 || config.functions.includes(each.name))
  const served = wanted.map(definition => ({ definition, handle: definition.create(services) }))
  return {
    served,
    metrics,
    async warm() {
      await Promise.all(served.map(({ handle }) => handle.warm?.()))
    },
    drain: background.idle,
    async stop() {
      stopping.abort()
      await background.idle()
    },
  }
}
