// What the verbs work on, and what one request asks of them.

import type { Catalog, Kind } from './kinds.ts'
import type { Resource } from './objects.ts'
import type { Pages } from './pages.ts'
import type { Store } from './store.ts'

export interface Cluster {
  readonly store: Store
  readonly catalog: Catalog
  readonly clock: () => Date
  /** What each field manager last applied, by the object's uid and the manager's name. */
  readonly applied: Map<string, Resource>
  readonly pages: Pages
}

/** The kind and place that a path names; namespace is '' for cluster-scoped objects and for all namespaces. */
export interface Target {
  readonly kind: Kind
  readonly namespace: string
  readonly name: string
  readonly subresource: string
}

export interface Call extends Target {
  readonly query: URLSearchParams
  readonly text: string
  readonly contentType: string
  readonly accept: string
}

export interface Answer {
  readonly status: number
  /** JSON, already written out. */
  readonly body: string
  readonly contentType?: string
  readonly warnings?: readonly string[]
}

export function isDryRun(query: URLSearchParams): boolean {
  return query.getAll('dryRun').includes('All')
}
