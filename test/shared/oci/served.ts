// One blob behind a local registry, and the clients that pull it.

import type { LocalRegistry, LocalRegistryOptions } from '../../../local/registry/server.ts'
import { startRegistry } from '../../../local/registry/server.ts'
import type { StoredRepository } from '../../../local/registry/store.ts'
import type { CredentialStore } from '../../../shared/oci/credentials.ts'
import { fromDockerConfig } from '../../../shared/oci/credentials.ts'
import { digestOf } from '../../../shared/oci/digest.ts'
import { parseReference } from '../../../shared/oci/reference.ts'
import type { RegistryOptions } from '../../../shared/oci/registry.ts'
import { createRegistry } from '../../../shared/oci/registry.ts'

export const BLOB = new TextEncoder().encode('{"some":"config"}')
export const DESCRIPTOR = { mediaType: 'application/json', digest: digestOf(BLOB), size: BLOB.length }
export const LOGIN = { username: 'reader', password: 'secret' }
export const QUICK = { retries: 3, pause: 1 }

const started: LocalRegistry[] = []

export function holdingBlob(): StoredRepository {
  const blobs = new Map([[String(DESCRIPTOR.digest), BLOB]])
  return { blobs, manifests: new Map(), tags: new Map(), uploads: new Map() }
}

/** A local registry with the blob in `a/b`; stopAll closes it. */
export async function start(options: LocalRegistryOptions = {}): Promise<LocalRegistry> {
  const local = await startRegistry(options)
  started.push(local)
  local.store.set('a/b', holdingBlob())
  return local
}

export async function stopAll(): Promise<void> {
  await Promise.all(started.splice(0).map(local => local.close()))
}

export function pull({ host }: { host: string }, options: RegistryOptions = {}, signal?: AbortSignal) {
  const client = createRegistry({ retry: QUICK, ...options })
  return client.blob(parseReference(`${host}/a/b`), DESCRIPTOR, signal)
}

export function withLogin(registry: string, password = LOGIN.password): CredentialStore {
  return fromDockerConfig({ auths: { [registry]: { ...LOGIN, password } } })
}
