// What the local registry holds: blobs and manifests per repository, in memory.

import { createHash } from 'node:crypto'

export interface StoredManifest {
  readonly mediaType: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

export interface StoredRepository {
  readonly blobs: Map<string, Uint8Array<ArrayBuffer>>
  readonly manifests: Map<string, StoredManifest>
  /** Tag to digest. */
  readonly tags: Map<string, string>
  /** Unfinished uploads: id to the bytes so far. */
  readonly uploads: Map<string, Uint8Array<ArrayBuffer>>
}

export type Store = Map<string, StoredRepository>

/** The repository, made on its first use, as registries do. */
export function openRepository(store: Store, name: string): StoredRepository {
  const found = store.get(name)
  if (found !== undefined) return found
  const created = { blobs: new Map(), manifests: new Map(), tags: new Map(), uploads: new Map() }
  store.set(name, created)
  return created
}

/** `sha256:` or `sha512:` of the bytes, in the algorithm of a wanted digest; undefined for any other algorithm. */
export function digestLike(wanted: string, bytes: Uint8Array): string | undefined {
  const algorithm = /^(sha256|sha512):[0-9a-f]+$/.exec(wanted)?.[1]
  return algorithm && `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`
}

export function isDigest(text: string): boolean {
  return /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/.test(text)
}
