// Which objects name which owner: the index that the garbage collector asks.

import type { OwnerReference } from './objects.ts'
import type { Change, Version } from './store.ts'

export interface Place {
  readonly key: string
  readonly namespace: string
  readonly name: string
}

export function placeOf(key: string, { namespace, name }: Version): Place {
  return { key, namespace, name }
}

export function ownersOf(version: Version | undefined): readonly OwnerReference[] {
  return version?.object.metadata.ownerReferences ?? []
}

export class Dependents {
  readonly #places = new Map<string, Map<string, Place>>()

  /** Follows a change of an object's owners. */
  follow({ type, key, current, previous }: Change): void {
    const place = placeOf(key, current)
    const id = JSON.stringify(place)
    for (const { uid } of ownersOf(previous)) {
      const places = this.#places.get(uid)
      places?.delete(id)
      if (places?.size === 0) this.#places.delete(uid)
    }
    for (const { uid } of type === 'DELETED' ? [] : ownersOf(current)) {
      const places = this.#places.get(uid) ?? new Map<string, Place>()
      this.#places.set(uid, places.set(id, place))
    }
  }

  of(owner: Version): readonly Place[] {
    return [...(this.#places.get(owner.object.metadata.uid ?? '')?.values() ?? [])]
  }
}
