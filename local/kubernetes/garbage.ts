// The garbage collector and the namespace controller: what must go when its owner or its namespace goes.

import type { Cluster } from './cluster.ts'
import { type Kind, storageKey } from './kinds.ts'
import { type OwnerReference, withMetadata } from './objects.ts'
import { deleteObject, FOREGROUND, ORPHAN } from './remove.ts'
import { type Change, Version } from './store.ts'

interface Place {
  readonly key: string
  readonly namespace: string
  readonly name: string
}

const NAMESPACES = '/namespaces'

function placeOf(key: string, { namespace, name }: Version): Place {
  return { key, namespace, name }
}

function ownersOf(version: Version | undefined): readonly OwnerReference[] {
  return version?.object.metadata.ownerReferences ?? []
}

/**
 * Collects a moment after each change, as the real controllers do
 * (https://kubernetes.io/docs/concepts/architecture/garbage-collection/).
 */
export class GarbageCollector {
  readonly #cluster: Cluster
  readonly #dependents = new Map<string, Map<string, Place>>()
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

  #observe({ type, key, current, previous }: Change): void {
    const place = placeOf(key, current)
    const id = JSON.stringify(place)
    for (const { uid } of ownersOf(previous)) this.#dependents.get(uid)?.delete(id)
    if (type === 'DELETED') return this.#afterDeletion(current)
    for (const { uid } of ownersOf(current)) {
      const places = this.#dependents.get(uid) ?? new Map<string, Place>()
      this.#dependents.set(uid, places.set(id, place))
    }
    const { deletionTimestamp } = current.object.metadata
    if (deletionTimestamp !== undefined || ownersOf(current).length > 0) this.#enqueue(place)
  }

  #afterDeletion(gone: Version): void {
    const { uid = '' } = gone.object.metadata
    for (const dependent of this.#dependents.get(uid)?.values() ?? []) this.#enqueue(dependent)
    this.#dependents.delete(uid)
    for (const key of this.#cluster.applied.keys()) if (key.startsWith(uid)) this.#cluster.applied.delete(key)
    for (const owner of ownersOf(gone)) {
      const found = this.#ownerPlace(owner, gone.namespace)
      if (found !== undefined && found !== 'unknown') this.#enqueue(found)
    }
    const home = this.#cluster.store.get(NAMESPACES, '', gone.namespace)
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
    for (const place of places) {
      const version = this.#cluster.store.get(place.key, place.namespace, place.name)
      const kind = this.#cluster.catalog.stored(place.key)
      if (version !== undefined && kind !== undefined && !this.#closed) this.#attend(kind, version)
    }
  }

  #attend(kind: Kind, version: Version): void {
    const { deletionTimestamp, finalizers = [] } = version.object.metadata
    if (deletionTimestamp === undefined) return this.#checkOwners(kind, version)
    if (kind.kind === 'Namespace') return this.#empty(kind, version)
    const dependents = this.#livingDependents(version)
    if (finalizers.includes(ORPHAN)) {
      for (const [other, dependent] of dependents)
        this.#disown(other, dependent, [version.object.metadata.uid])
      this.#release(kind, version, ORPHAN)
    } else if (finalizers.includes(FOREGROUND)) {
      if (dependents.length === 0) this.#release(kind, version, FOREGROUND)
      for (const [other, dependent] of dependents) deleteObject(this.#cluster, other, dependent)
    }
  }

  #livingDependents(owner: Version): readonly (readonly [Kind, Version])[] {
    const { store, catalog } = this.#cluster
    const places = [...(this.#dependents.get(owner.object.metadata.uid ?? '')?.values() ?? [])]
    return places.flatMap(({ key, namespace, name }) => {
      const version = store.get(key, namespace, name)
      const kind = catalog.stored(key)
      return version === undefined || kind === undefined ? [] : [[kind, version] as const]
    })
  }

  /** Where an owner is, undefined when it is gone, or `unknown` for a kind that is not served or cannot own. */
  #ownerPlace(owner: OwnerReference, namespace: string): Place | 'unknown' | undefined {
    const kind = this.#cluster.catalog.named(owner.apiVersion, owner.kind)
    if (kind === undefined || (kind.namespaced && namespace === '')) return 'unknown'
    const key = storageKey(kind)
    const found = this.#cluster.store.get(key, kind.namespaced ? namespace : '', owner.name)
    return found?.object.metadata.uid === owner.uid ? placeOf(key, found) : undefined
  }

  #checkOwners(kind: Kind, version: Version): void {
    const owners = ownersOf(version)
    const gone = owners.filter(owner => this.#ownerPlace(owner, version.namespace) === undefined)
    if (gone.length === 0) return
    if (gone.length === owners.length) deleteObject(this.#cluster, kind, version)
    else
      this.#disown(
        kind,
        version,
        gone.map(owner => owner.uid),
      )
  }

  #disown(kind: Kind, version: Version, uids: readonly (string | undefined)[]): void {
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

  #empty(kind: Kind, namespace: Version): void {
    const { store, catalog } = this.#cluster
    let left = 0
    for (const key of store.keys()) {
      const inner = catalog.stored(key)
      for (const version of key === NAMESPACES ? [] : [...store.all(key, namespace.name)]) {
        if (inner !== undefined && !deleteObject(this.#cluster, inner, version).gone) left += 1
      }
    }
    if (left === 0 && (namespace.object.metadata.finalizers ?? []).length === 0)
      store.remove(storageKey(kind), namespace)
  }
}
