// Every resolver there is: its type, its ConfigMap and flag as Tekton names them, and how it is made. Loaded when wanted.

import type { Kubernetes } from '../kubernetes/client.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Resolver } from './resolver.ts'

/** What resolvers reach the world with; each takes what it needs. */
export interface Tools {
  readonly kubernetes: Kubernetes
  readonly fetch: typeof globalThis.fetch
  readonly clock: Clock
  /** For programs that a resolver starts, such as git: proxies, PATH, HOME. */
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly plainHttpRegistries: readonly string[]
}

export interface Registration {
  /** How Tekton's errors call it: `error getting "bundleresolver" …`. */
  readonly title: string
  /** In the resolvers' namespace. */
  readonly configMap: string
  /** The key in `resolvers-feature-flags`; true where it is missing. */
  readonly flag?: string
  /** Milliseconds for one request unless `fetch-timeout` says otherwise. */
  readonly timeoutMs: number
  readonly load: (tools: Tools) => Promise<Resolver>
}

/** By type. */
export const RESOLVERS: Readonly<Record<string, Registration>> = {}
