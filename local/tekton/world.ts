// What the stand-in's parts need of their surroundings.

import type { Kubernetes } from '../../shared/kubernetes/client.ts'
import type { Resolver } from '../../shared/resolution/resolver.ts'
import type { Script } from './play.ts'
import type { PipelineRun } from './run.ts'

export interface World {
  readonly kubernetes: Kubernetes
  /** Undefined where others resolve. */
  readonly bundles: Resolver | undefined
  readonly clock: { now(): Date }
  readonly play: (run: PipelineRun) => Promise<Script>
  /** Milliseconds that a task runs where no script says otherwise. */
  readonly durationMs: number
  readonly signal: AbortSignal
}

/** The time as Kubernetes writes it, to the second. */
export function timestamp(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`
}

/** Where an object is. */
export interface Key {
  readonly namespace: string
  readonly name: string
}

export function keyOf(object: { metadata: { namespace?: string; name: string } }): Key {
  return { namespace: object.metadata.namespace ?? '', name: object.metadata.name }
}
