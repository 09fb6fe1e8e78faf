// A stand-in for Tekton Pipelines 1.15: plays PipelineRuns over the Kubernetes API, and says that no pod ran.

import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import type { Kubernetes } from '../../shared/kubernetes/client.ts'
import { createBundlesResolver } from '../../shared/resolution/bundles/resolver.ts'
import { withFramework } from '../../shared/resolution/framework.ts'
import type { Resolver } from '../../shared/resolution/resolver.ts'
import { createControllers, watchRuns } from './controllers.ts'
import { createDelivery, type Delivery } from './delivery.ts'
import type { Script } from './play.ts'
import type { PipelineRun } from './run.ts'
import type { World } from './world.ts'

export interface TektonOptions {
  readonly kubernetes: Kubernetes
  /** Where CloudEvents are posted, as in `config-events`; none are sent without it. */
  readonly sink?: string
  readonly fetch?: typeof globalThis.fetch
  readonly clock: { now(): Date }
  /** How a run's tasks end; what it leaves out, their own simplest commands say. Asked again whenever a task is due. */
  readonly play?: (run: PipelineRun) => Promise<Script>
  /** `elsewhere`: others answer ResolutionRequests; where left out, bundles are resolved here. */
  readonly resolvers?: 'elsewhere'
  /** Milliseconds that a task runs; 50 where left out. */
  readonly durationMs?: number
  /** True loses an event before it is sent, as a crash would. */
  readonly drop?: (event: CloudEvent) => boolean
  /** Milliseconds to hold an event back. */
  readonly delay?: (event: CloudEvent) => number
  readonly skipEvents?: boolean
  readonly log?: (message: string) => void
}

export interface LocalTekton {
  /** Settles when no reconcile and no event is under way; tasks that wait for their time do not count. */
  idle(): Promise<void>
  /** Stops as a crash would: what is not in the API server is forgotten. */
  close(): Promise<void>
}

const DEFAULT_DURATION_MS = 50
const RESOLUTION_TIMEOUT_MS = 60_000

function deliveryFor(
  options: TektonOptions,
  world: World,
  log: (message: string) => void,
): Delivery | undefined {
  const { sink, fetch = globalThis.fetch, clock, drop, delay } = options
  if (sink === undefined || options.skipEvents === true) return undefined
  return createDelivery({ sink, fetch, clock, drop, delay, signal: world.signal, log })
}

/** The functions' own resolver: it answers as Tekton's does. */
function bundlesFor({ resolvers, fetch = globalThis.fetch, clock }: TektonOptions): Resolver | undefined {
  if (resolvers === 'elsewhere') return undefined
  const resolver = createBundlesResolver({ fetch, plainHttpRegistries: [] })
  const now = (): number => clock.now().getTime()
  return withFramework(resolver, { clock: { now }, note: () => undefined, timeout: RESOLUTION_TIMEOUT_MS })
}

/**
 * Starts to watch PipelineRuns, TaskRuns and ResolutionRequests of all namespaces; settles when all that exist are known.
 * Everything else is asked of the API server each time, so a second start goes on where the first one stopped
 * (https://tekton.dev/docs/pipelines/pipelineruns/).
 */
export async function startTekton(options: TektonOptions): Promise<LocalTekton> {
  const stop = new AbortController()
  const log = options.log ?? (() => undefined)
  const world: World = {
    kubernetes: options.kubernetes,
    bundles: bundlesFor(options),
    clock: options.clock,
    play: options.play ?? (async () => ({})),
    durationMs: options.durationMs ?? DEFAULT_DURATION_MS,
    signal: stop.signal,
  }
  const delivery = deliveryFor(options, world, log)
  const controllers = createControllers(world, log)
  const queues = Object.values(controllers)
  await watchRuns(world, controllers, { delivery, log })
  return {
    async idle() {
      for (const queue of queues) await queue.idle()
      await delivery?.idle()
    },
    async close() {
      stop.abort()
      await Promise.all(queues.map(queue => queue.close()))
      await delivery?.idle()
    },
  }
}
