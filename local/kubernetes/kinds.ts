// The kinds that the API serves: where each lives, how it is printed, and which rules of the API hold for it.

import type { Schema } from './schema.ts'

/** One column of `kubectl get`; priority above 0 shows only with `-o wide`. */
export interface Column {
  readonly name: string
  readonly type: string
  readonly jsonPath: string
  readonly format?: string
  readonly priority?: number
  readonly description?: string
}

export interface Kind {
  readonly group: string
  readonly version: string
  /** The version that objects are kept in; others differ only in their apiVersion. */
  readonly storageVersion: string
  readonly kind: string
  readonly plural: string
  readonly singular: string
  readonly listKind: string
  readonly shortNames: readonly string[]
  readonly categories: readonly string[]
  readonly namespaced: boolean
  /** Made by a CustomResourceDefinition, with the stricter rules for those. */
  readonly custom: boolean
  readonly status: boolean
  readonly scale: boolean
  readonly generation: boolean
  readonly columns: readonly Column[]
  readonly schema?: Schema
  readonly names: 'subdomain' | 'label' | 'path'
  /** Fields besides metadata.name and metadata.namespace that a fieldSelector may name. */
  readonly selectable: readonly string[]
  /** A PUT without a resourceVersion overwrites (AllowUnconditionalUpdate). */
  readonly unconditional: boolean
  /** A PUT of an object that does not exist creates it (AllowCreateOnUpdate). */
  readonly createOnUpdate: boolean
  /** DELETE answers with the object instead of a Status. */
  readonly returnsDeleted: boolean
}

export function apiVersionOf(kind: Pick<Kind, 'group' | 'version'>): string {
  return kind.group === '' ? kind.version : `${kind.group}/${kind.version}`
}

export function storedApiVersion(kind: Kind): string {
  return apiVersionOf({ group: kind.group, version: kind.storageVersion })
}

/** The key of a kind's objects in the store, the same for all its versions. */
export function storageKey(kind: Pick<Kind, 'group' | 'plural'>): string {
  return `${kind.group}/${kind.plural}`
}

/** The kinds being served, found by path or by apiVersion and kind. */
export class Catalog {
  readonly #byPath = new Map<string, Kind>()
  readonly #byName = new Map<string, Kind>()

  add(kind: Kind): void {
    this.#byPath.set(`${kind.group}/${kind.version}/${kind.plural}`, kind)
    this.#byName.set(`${apiVersionOf(kind)}/${kind.kind}`, kind)
  }

  /** Stops serving every version of a resource. */
  remove(group: string, plural: string): void {
    for (const kind of this.all()) {
      if (kind.group !== group || kind.plural !== plural) continue
      this.#byPath.delete(`${group}/${kind.version}/${plural}`)
      this.#byName.delete(`${apiVersionOf(kind)}/${kind.kind}`)
    }
  }

  at(group: string, version: string, plural: string): Kind | undefined {
    return this.#byPath.get(`${group}/${version}/${plural}`)
  }

  named(apiVersion: string, kind: string): Kind | undefined {
    return this.#byName.get(`${apiVersion}/${kind}`)
  }

  all(): readonly Kind[] {
    return [...this.#byPath.values()]
  }

  stored(key: string): Kind | undefined {
    return this.all().find(kind => storageKey(kind) === key && kind.version === kind.storageVersion)
  }
}
