// Writing to a registry: a blob in one piece, then the manifest that names it.

import type { Digest } from './digest.ts'
import { digestOf, parseDigest } from './digest.ts'
import type { Repository } from './error.ts'
import { RegistryError } from './error.ts'
import type { Call, Transport } from './fetch.ts'
import type { Descriptor } from './manifest.ts'
import type { Reference } from './reference.ts'

/** The writing half of a registry's client. Throws RegistryError. */
export interface Push {
  /** Section "Pushing blobs": nothing is sent that is already there. */
  pushBlob(ref: Reference, bytes: Uint8Array<ArrayBuffer>): Promise<Digest>
  hasBlob(ref: Reference, digest: Digest): Promise<boolean>
  /** The same for whoever has asked already whether it is there. */
  putBlob(ref: Reference, bytes: Uint8Array<ArrayBuffer>): Promise<Digest>
  /** Section "Mounting a blob from another repository" of the same registry; false: it did not, for its own reasons. */
  mountBlob(ref: Reference, digest: Digest, from: string): Promise<boolean>
  /** Section "Pushing manifests": under the reference's digest, or else its tag. */
  pushManifest(ref: Reference, mediaType: string, bytes: Uint8Array<ArrayBuffer>): Promise<Descriptor>
}

/** Builds the writing half (https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#push). */
export function createPush(transport: Transport): Push {
  return {
    pushBlob: (ref, bytes) => {
      const digest = digestOf(bytes)
      // The whole upload is repeated, not its last step: an upload may be gone, or its blob there, after a lost answer.
      return transport.retry(async () =>
        (await hasBlob(transport, ref, digest)) ? digest : upload(transport, ref, { digest, bytes }),
      )
    },

    putBlob: (ref, bytes) =>
      transport.retry(() => upload(transport, ref, { digest: digestOf(bytes), bytes })),

    hasBlob: (ref, digest) => transport.retry(() => hasBlob(transport, ref, digest)),

    async mountBlob(ref, digest, from) {
      const query = new URLSearchParams({ mount: digest, from })
      // 202 begins an upload instead, which ends by itself when nothing is sent.
      const { status } = await transport.send({
        ...call(ref, `blob ${digest}`),
        method: 'POST',
        path: `blobs/uploads/?${query}`,
        expect: [201, 202],
      })
      return status === 201
    },

    async pushManifest(at, mediaType, bytes) {
      const digest = digestOf(bytes)
      if (at.digest !== undefined && at.digest !== digest) {
        throw new RegistryError('invalid', `the manifest's digest is ${digest}, not ${at.digest}`)
      }
      const name = at.digest ?? at.tag ?? digest
      const { headers } = await transport.send({
        ...call(at, `manifest ${name}`),
        method: 'PUT',
        path: `manifests/${name}`,
        headers: { 'content-type': mediaType },
        body: bytes,
        expect: [201],
      })
      const stored = parseDigest(headers.get('docker-content-digest') ?? '') ?? digest
      if (stored !== digest)
        throw new RegistryError('invalid', `${at.registry} stored ${stored} instead of ${digest}`)
      return { mediaType, digest, size: bytes.length }
    },
  }
}

interface Blob {
  readonly digest: Digest
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** POST then PUT (https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#post-then-put). */
async function upload(transport: Transport, at: Repository, { digest, bytes }: Blob): Promise<Digest> {
  const common = call(at, `blob ${digest}`)
  const started = await transport.sendOnce({
    ...common,
    method: 'POST',
    path: 'blobs/uploads/',
    expect: [202],
  })
  const location = started.headers.get('location') ?? ''
  if (location === '' || !URL.canParse(location, started.url.href)) {
    throw new RegistryError('invalid', `${at.registry} started an upload without saying where`)
  }
  const path = new URL(location, started.url)
  // Registries behind a proxy often call themselves http; what began in TLS stays in TLS.
  if (started.url.protocol === 'https:') path.protocol = 'https:'
  path.searchParams.set('digest', digest)
  const headers = { 'content-type': 'application/octet-stream' }
  await transport.sendOnce({ ...common, method: 'PUT', path, headers, body: bytes, expect: [201] })
  return digest
}

async function hasBlob(transport: Transport, at: Repository, digest: Digest): Promise<boolean> {
  const { status } = await transport.sendOnce({
    ...call(at, `blob ${digest}`),
    method: 'HEAD',
    path: `blobs/${digest}`,
    expect: [200, 404],
  })
  return status === 200
}

function call(at: Repository, what: string): Pick<Call, 'at' | 'what' | 'actions'> {
  return { at, what: `pushing ${what}`, actions: 'pull,push' }
}
