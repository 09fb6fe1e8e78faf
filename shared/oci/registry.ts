// A registry's client: manifests, blobs and referrers, each checked against its digest before anyone sees it.

import { digestOf, parseDigest } from './digest.ts'
import { RegistryError } from './error.ts'
import type { Answer } from './exchange.ts'
import type { Transport, TransportOptions } from './fetch.ts'
import { createTransport } from './fetch.ts'
import type { Descriptor, FetchedManifest, FetchManifest } from './manifest.ts'
import { MEDIA_TYPES, parseManifest } from './manifest.ts'
import type { Push } from './push.ts'
import { createPush } from './push.ts'
import type { Reference } from './reference.ts'
import type { ListReferrers } from './referrers.ts'
import { createReferrers } from './referrers.ts'

/** OCI distribution 1.1 (https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md). Every method throws RegistryError. */
export interface Registry extends Push {
  /** Section "Pulling manifests". The digest decides where the reference has both. */
  manifest: FetchManifest
  /** What a reference stands for now, without its content where the registry can say so. */
  resolve(ref: Reference, signal?: AbortSignal): Promise<Descriptor>
  /** Section "Pulling blobs". Size and digest are those of the descriptor. */
  blob(ref: Reference, descriptor: Descriptor, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>>
  /** Section "Listing referrers"; registries without that API keep them under the tag `sha256-<hex>`. */
  referrers: ListReferrers
}

/** The half by which an image is read, whether from a registry or from a disk. */
export type Pull = Pick<Registry, 'manifest' | 'blob'>

export interface RegistryOptions extends TransportOptions {
  /** The largest blob to take, in bytes. */
  readonly maxBlob?: number
}

const MAX_MANIFEST = 4 * 1024 * 1024
const DEFAULT_MAX_BLOB = 4 * 1024 * 1024
const ACCEPT = Object.values(MEDIA_TYPES).join(', ')

/** Builds a client. One per set of credentials: it remembers tokens. */
export function createRegistry(options: RegistryOptions = {}): Registry {
  const transport = createTransport(options)
  const maxBlob = options.maxBlob ?? DEFAULT_MAX_BLOB
  const manifest: FetchManifest = (ref, signal) => fetchManifest(transport, ref, signal)
  return {
    manifest,
    resolve: (ref, signal) => resolve(transport, ref, signal),
    blob: (ref, descriptor, signal) => fetchBlob({ transport, maxBlob, signal }, ref, descriptor),
    ...createPush(transport),
    referrers: createReferrers(transport, manifest),
  }
}

async function fetchManifest(
  transport: Transport,
  at: Reference,
  signal?: AbortSignal,
): Promise<FetchedManifest> {
  const name = identifier(at)
  const headers = { accept: ACCEPT }
  const call = {
    at,
    method: 'GET',
    path: `manifests/${name}`,
    what: `manifest ${name}`,
    headers,
    signal,
  } as const
  const { bytes, headers: answered } = await transport.send({ ...call, limit: MAX_MANIFEST, expect: [200] })
  const digest = digestOf(bytes)
  const promised = at.digest ?? answered.get('docker-content-digest') ?? digest
  if (promised !== digest) {
    throw new RegistryError(
      'invalid',
      `${at.registry} sent another manifest of ${at.repository} than ${name} stands for`,
    )
  }
  const manifest = parseManifest(bytes, answered.get('content-type') ?? '')
  return { descriptor: { mediaType: manifest.mediaType, digest, size: bytes.length }, bytes, manifest }
}

async function resolve(transport: Transport, at: Reference, signal?: AbortSignal): Promise<Descriptor> {
  const name = identifier(at)
  const headers = { accept: ACCEPT }
  const call = {
    at,
    method: 'HEAD',
    path: `manifests/${name}`,
    what: `manifest ${name}`,
    headers,
    signal,
  } as const
  // Some registries do not offer HEAD, or not all headers with it.
  const answer = await transport.send({ ...call, expect: [200, 400, 405, 501] })
  const described = answer.status === 200 ? describe(answer, at) : undefined
  return described ?? (await fetchManifest(transport, at, signal)).descriptor
}

function describe({ headers }: Answer, at: Reference): Descriptor | undefined {
  const digest = parseDigest(headers.get('docker-content-digest') ?? '')
  const mediaType = headers.get('content-type')
  const size = headers.get('content-length')
  if (digest === undefined || mediaType === null || size === null || !/^\d+$/.test(size)) return undefined
  if (at.digest !== undefined && at.digest !== digest) {
    throw new RegistryError(
      'invalid',
      `${at.registry} has another manifest of ${at.repository} than ${at.digest}`,
    )
  }
  return { mediaType, digest, size: Number(size) }
}

interface BlobContext {
  readonly transport: Transport
  readonly maxBlob: number
  readonly signal: AbortSignal | undefined
}

async function fetchBlob(
  { transport, maxBlob, signal }: BlobContext,
  at: Reference,
  { digest, size }: Descriptor,
): Promise<Uint8Array<ArrayBuffer>> {
  if (size > maxBlob) {
    throw new RegistryError(
      'tooLarge',
      `blob ${digest} of ${at.repository} has ${size} bytes, and ${maxBlob} is our limit`,
    )
  }
  const call = { at, method: 'GET', path: `blobs/${digest}`, what: `blob ${digest}`, signal } as const
  const { bytes } = await transport.send({ ...call, limit: maxBlob, expect: [200] })
  if (bytes.length === size && digestOf(bytes) === digest) return bytes
  throw new RegistryError(
    'invalid',
    `${at.registry} sent other bytes than blob ${digest} of ${at.repository}`,
  )
}

function identifier(ref: Reference): string {
  return ref.digest ?? ref.tag ?? 'latest'
}
