// The objects, in memory: frozen versions under one increasing resourceVersion, and a bounded window of what changed.

import { freeze, type Resource, withMetadata } from './objects.ts'

/** So that every object is written with its type before its fields. */
const TYPE_FIRST = { apiVersion: '', kind: '', metadata: {} }

/** One version of an object; its JSON is made when first asked for, and kept. */
export class Version {
  readonly object: Resource
  readonly revision: number
  #json: string | undefined
  #bareJson: string | undefined

  constructor(object: Resource, revision: number) {
    const { apiVersion, kind } = object
    const { metadata } = withMetadata(object, { resourceVersion: String(revision) })
    this.object = freeze({ ...TYPE_FIRST, ...object, apiVersion, kind, metadata })
    this.revision = revision
  }

  get json(): string {
    this.#json ??= JSON.stringify(this.object)
    return this.#json
  }

  /** Without apiVersion and kind, as items of a built-in list are written. */
  get bareJson(): string {
    this.#bareJson ??= JSON.stringify({ ...this.object, apiVersion: undefined, kind: undefined })
    return this.#bareJson
  }

  get name(): string {
    return this.object.metadata.name ?? ''
  }

  get namespace(): string {
    return this.object.metadata.namespace ?? ''
  }
}

/** `current` of a deletion is the object's last state under the deletion's own resourceVersion, as etcd watchers see it. */
export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly key: string
  readonly current: Version
  readonly previous?: Version
}

type Listener = (change: Change) => void

const HISTORY = 10_000
/** Dropping from the front of an array costs its length, so it is done in blocks. */
const BLOCK = 1_000

export class Store {
  readonly #collections = new Map<string, Map<string, Map<string, Version>>>()
  readonly #listeners = new Set<Listener>()
  #history: Change[] = []
  #forgotten = 0
  #revision = 0

  get revision(): number {
    return this.#revision
  }

  get(key: string, namespace: string, name: string): Version | undefined {
    return this.#collections.get(key)?.get(namespace)?.get(name)
  }

  /** Every object of a resource, or of one namespace, in no particular order. */
  *all(key: string, namespace?: string): Generator<Version> {
    const collection = this.#collections.get(key)
    if (namespace !== undefined) yield* collection?.get(namespace)?.values() ?? []
    else for (const objects of collection?.values() ?? []) yield* objects.values()
  }

  keys(): readonly string[] {
    return [...this.#collections.keys()]
  }

  put(key: string, object: Resource): Version {
    const current = new Version(object, this.#next())
    const objects = this.#namespace(key, current.namespace)
    const previous = objects.get(current.name)
    objects.set(current.name, current)
    this.#announce(
      previous === undefined ? { type: 'ADDED', key, current } : { type: 'MODIFIED', key, current, previous },
    )
    return current
  }

  remove(key: string, version: Version): Version {
    const { namespace, name, object } = version
    const objects = this.#collections.get(key)?.get(namespace)
    const previous = objects?.get(name) ?? version
    objects?.delete(name)
    if (objects?.size === 0) this.#collections.get(key)?.delete(namespace)
    const current = new Version(object, this.#next())
    this.#announce({ type: 'DELETED', key, current, previous })
    return current
  }

  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** What changed after a revision, or undefined when that is further back than the window reaches. */
  since(revision: number): readonly Change[] | undefined {
    if (revision < this.#forgotten) return undefined
    const first = this.#history.findIndex(change => change.current.revision > revision)
    return first === -1 ? [] : this.#history.slice(first)
  }

  /** The oldest revision that a watch may start from. */
  get oldest(): number {
    return this.#forgotten
  }

  /** Forgets the window, as etcd's compaction does. */
  compact(): void {
    this.#history = []
    this.#forgotten = this.#revision
  }

  #next(): number {
    this.#revision += 1
    return this.#revision
  }

  #namespace(key: string, namespace: string): Map<string, Version> {
    const collection = this.#collections.get(key) ?? new Map<string, Map<string, Version>>()
    this.#collections.set(key, collection)
    const objects = collection.get(namespace) ?? new Map<string, Version>()
    collection.set(namespace, objects)
    return objects
  }

  #announce(change: Change): void {
    this.#history.push(change)
    if (this.#history.length >= HISTORY + BLOCK) {
      const dropped = this.#history.splice(0, BLOCK).at(-1)
      this.#forgotten = dropped?.current.revision ?? this.#forgotten
    }
    for (const listener of [...this.#listeners]) listener(change)
  }
}
