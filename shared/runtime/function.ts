// What a function is to the runtime: a name, the events it takes, and how its handler is made.

import type { CloudEvent } from '../events/cloudevent.ts'
import { ANY } from '../events/contract.ts'
import type { Kubernetes } from '../kubernetes/client.ts'
import type { Background } from './background.ts'
import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'

/** Everything a function may reach outside itself; HTTP is the port, so a test hands in servers, not mocks. */
export interface Services {
  readonly kubernetes: Kubernetes
  readonly fetch: typeof globalThis.fetch
  readonly clock: Clock
  readonly config: Config
  readonly log: Log
  readonly background: Background
  readonly metrics: Metrics
  /** Aborted when the process is to end: what goes on by itself ends with it. */
  readonly stopping: AbortSignal
  /** Posts an event to the Broker; throws a Fault when it was not taken. */
  readonly post: (event: CloudEvent) => Promise<void>
}

/** One event in, at most one out, returned and not sent. A Fault is thrown when the Broker should act on it. */
export interface Handler {
  (event: CloudEvent): Promise<CloudEvent | undefined>
  /** Loads what the first event would have to wait for, and begins what no event begins. */
  readonly warm?: () => Promise<unknown>
}

export interface PlaybookFunction {
  readonly name: string
  /** Event types it takes; one that ends in `.` stands for all that begin with it, and `*` for all. */
  readonly accepts: readonly string[]
  readonly create: (services: Services) => Handler
}

export function acceptsType(definition: PlaybookFunction, type: string): boolean {
  return definition.accepts.some(each =>
    each.endsWith('.') ? type.startsWith(each) : each === type || each === ANY,
  )
}
