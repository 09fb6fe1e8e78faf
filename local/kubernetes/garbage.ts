// The garbage collector and the namespace controller: what must go when its owner or its namespace goes.

import type { Cluster } from './cluster.ts'
import { Dependents, ownersOf, type Place, placeOf } from './dependents.ts'
import { type Kind, storageKey } from './kinds.ts'
import { type OwnerReference, withMetadata } from './objects.ts'
import { deleteObject, FOREGROUND, ORPHAN } from './remove.ts'
import { type Change, Version } from './store.ts'

type Uid = string | undefined

const NAMESPACES = '/namespaces'

/** Deletes what a namespace holds, and the namespace when nothing is left that a finalizer keeps. */
function emptyNamespace(cluster: Cluster, kind: Kind, namespace: Version): void {
  const { store, catalog } = cluster
  const held = store
    .keys()
    .filter(key => key !== NAMESPACES)
    .flatMap(key => [...store.all(key, namespace.name)].map(version => [key, version] as const))
  const left = held.filter(([key, version]) => {
    const inner = catalog.stored(key)
    return inner !== undefined && !deleteObject(cluster, inner, version).gone
  })
  if (left.length === 0 && (namespace.object.metadata.finalizers ?? []).length === 0)
    store.remove(storageKey(kind), namespace)
}

/**
 * Collects a moment after each change, as the real controllers do
 * (https://kubernetes.io/docs/concepts/architecture/garbage-collection/).
 */
export class GarbageCollector {
  readonly #cluster: Cluster
  readonly #dependents = new Dependents()
  readonly #queue = new Map<string, Place>()
  readonly #unsubscribe: () => void
  #scheduled = false
  #closed = false

  constructor(cluster: Cluster) {
    this.#cluster = cluster
    this.#unsubscribe = cluster.store.subscribe(change => this.#observe(change))
  }

  close(): void {
    this.#closed = true
    this.#unsubscribe()
  }

  #observe(change: Change): void {
    const { type, key, current } = change
    this.#dependents.follow(change)
    const isOwned = ownersOf(current).length > 0
    if (type === 'DELETED') this.#afterDeletion(current)
    else if (isOwned || current.object.metadata.deletionTimestamp !== undefined)
      this.#enqueue(placeOf(key, current))
  }

  #afterDeletion(gone: Version): void {
    const { store, applied } = this.#cluster
    for (const dependent of this.#dependents.of(gone)) this.#enqueue(dependent)
    for (const owner of ownersOf(gone)) {
      const found = this.#find(owner, gone.namespace)
      if (typeof found === 'object') this.#enqueue(found)
    }
    const { uid = '' } = gone.object.metadata
    for (const key of [...applied.keys()].filter(name => name.startsWith(uid))) applied.delete(key)
    const home = store.get(NAMESPACES, '', gone.namespace)
    if (home?.object.metadata.deletionTimestamp !== undefined) this.#enqueue(placeOf(NAMESPACES, home))
  }

  #enqueue(place: Place): void {
    this.#queue.set(JSON.stringify(place), place)
    if (this.#scheduled || this.#closed) return
    this.#scheduled = true
    setImmediate(() => this.#drain())
  }

  #drain(): void {
    this.#scheduled = false
    const places = [...this.#queue.values()]
    this.#queue.clear()
    for (const [kind, version] of places.flatMap(place => this.#read(place))) {
      if (!this.#closed) this.#attend(kind, version)
    }
  }

  #read({ key, namespace, name }: Place): readonly (readonly [Kind, Version])[] {
    const version = this.#cluster.store.get(key, namespace, name)
    const kind = this.#cluster.catalog.stored(key)
    return version === undefined || kind === undefined ? [] : [[kind, version]]
  }

  #attend(kind: Kind, version: Version): void {
    const { deletionTimestamp, finalizers = [] } = version.object.metadata
    if (deletionTimestamp === undefined) this.#checkOwners(kind, version)
    else if (kind.kind === 'Namespace') emptyNamespace(this.#cluster, kind, version)
    else if (finalizers.includes(ORPHAN)) this.#orphan(kind, version)
    else if (finalizers.includes(FOREGROUND)) this.#deleteDependents(kind, version)
  }

  #orphan(kind: Kind, owner: Version): void {
    for (const [other, dependent] of this.#dependents.of(owner).flatMap(place => this.#read(place)))
      this.#disown(other, dependent, [owner.object.metadata.uid])
    this.#release(kind, owner, ORPHAN)
  }

  #deleteDependents(kind: Kind, owner: Version): void {
    const dependents = this.#dependents.of(owner).flatMap(place => this.#read(place))
    if (dependents.length === 0) this.#release(kind, owner, FOREGROUND)
    for (const [other, dependent] of dependents) deleteObject(this.#cluster, other, dependent)
  }

  /** Where an owner is, undefined when it is gone, or `unknown` for a kind that is not served or cannot own. */
  #find(owner: OwnerReference, namespace: string): Place | 'unknown' | undefined {
    const kind = this.#cluster.catalog.named(owner.apiVersion, owner.kind)
    if (kind === undefined || (kind.namespaced && namespace === '')) return 'unknown'
    const key = storageKey(kind)
    const found = this.#cluster.store.get(key, kind.namespaced ? namespace : '', owner.name)
    return found?.object.metadata.uid === owner.uid ? placeOf(key, found) : undefined
  }

  #checkOwners(kind: Kind, version: Version): void {
    const owners = ownersOf(version)
    const gone = owners.filter(owner => this.#find(owner, version.namespace) === undefined)
    const uids = gone.map(owner => owner.uid)
    if (gone.length > 0 && gone.length === owners.length) deleteObject(this.#cluster, kind, version)
    else if (gone.length > 0) this.#disown(kind, version, uids)
  }

  #disown(kind: Kind, version: Version, uids: readonly Uid[]): void {
    const rest = ownersOf(version).filter(owner => !uids.includes(owner.uid))
    const ownerReferences = rest.length === 0 ? undefined : rest
    this.#cluster.store.put(storageKey(kind), withMetadata(version.object, { ownerReferences }))
  }

  #release(kind: Kind, version: Version, finalizer: string): void {
    const rest = (version.object.metadata.finalizers ?? []).filter(name => name !== finalizer)
    const finalizers = rest.length === 0 ? undefined : rest
    const object = withMetadata(version.object, { finalizers })
    if (finalizers !== undefined) this.#cluster.store.put(storageKey(kind), object)
    else deleteObject(this.#cluster, kind, new Version(object, version.revision))
  }
}
