// Manifests and indexes, checked where they come in: past this file every descriptor has a real digest and size.

import type { Digest } from './digest.ts'
import { parseDigest } from './digest.ts'
import { RegistryError } from './error.ts'
import type { Reference } from './reference.ts'

export interface Descriptor {
  readonly mediaType: string
  readonly digest: Digest
  readonly size: number
  readonly annotations?: Readonly<Record<string, string>>
  readonly artifactType?: string
  readonly platform?: { readonly os: string; readonly architecture: string }
}

export interface ImageManifest {
  readonly kind: 'image'
  readonly mediaType: string
  readonly config: Descriptor
  readonly layers: readonly Descriptor[]
  readonly annotations: Readonly<Record<string, string>>
  readonly artifactType?: string
  readonly subject?: Descriptor
}

interface ImageIndex {
  readonly kind: 'index'
  readonly mediaType: string
  readonly manifests: readonly Descriptor[]
  readonly annotations: Readonly<Record<string, string>>
}

export type Manifest = ImageManifest | ImageIndex

export interface FetchedManifest {
  readonly descriptor: Descriptor
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly manifest: Manifest
}

export type FetchManifest = (ref: Reference, signal?: AbortSignal) => Promise<FetchedManifest>

export const MEDIA_TYPES = {
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerIndex: 'application/vnd.docker.distribution.manifest.list.v2+json',
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  ociIndex: 'application/vnd.oci.image.index.v1+json',
} as const

const IMAGES: readonly string[] = [MEDIA_TYPES.dockerManifest, MEDIA_TYPES.ociManifest]
const INDEXES: readonly string[] = [MEDIA_TYPES.dockerIndex, MEDIA_TYPES.ociIndex]

/**
 * Reads an image manifest or index, Docker schema 2 or OCI (https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md).
 * `contentType` is the registry's; where the document names its own media type they must agree, and a document that is both an
 * image and an index is refused (https://github.com/opencontainers/image-spec/security/advisories/GHSA-77vh-xpmg-72qh).
 */
export function parseManifest(bytes: Uint8Array, contentType: string): Manifest {
  const document = record(parseJson(bytes), 'the manifest')
  const mediaType = mediaTypeOf(document, contentType.split(';')[0]?.trim() ?? '')
  const annotations = texts(document.annotations)
  if (INDEXES.includes(mediaType)) {
    if ('layers' in document || 'config' in document) throw invalid('an index must not have layers')
    return { kind: 'index', mediaType, manifests: descriptors(document.manifests), annotations }
  }
  if (!IMAGES.includes(mediaType)) throw invalid(`"${mediaType.slice(0, 100)}" is not an image's media type`)
  if ('manifests' in document) throw invalid('an image must not have manifests')
  return {
    kind: 'image',
    mediaType,
    config: parseDescriptor(document.config),
    layers: descriptors(document.layers),
    annotations,
    ...(typeof document.artifactType === 'string' && { artifactType: document.artifactType }),
    ...(document.subject !== undefined && { subject: parseDescriptor(document.subject) }),
  }
}

/** Reads a descriptor (https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#properties). */
function parseDescriptor(value: unknown): Descriptor {
  const { mediaType, digest, size, annotations, artifactType, platform } = record(value, 'a descriptor')
  const parsed = typeof digest === 'string' ? parseDigest(digest) : undefined
  if (parsed === undefined) throw invalid('a descriptor needs a sha256 digest')
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
    throw invalid('a descriptor needs a size in bytes')
  }
  return {
    mediaType: typeof mediaType === 'string' ? mediaType : '',
    digest: parsed,
    size,
    ...(annotations !== undefined && annotations !== null && { annotations: texts(annotations) }),
    ...(typeof artifactType === 'string' && { artifactType }),
    ...(platform !== undefined && platform !== null && { platform: parsePlatform(platform) }),
  }
}

function parsePlatform(value: unknown): { os: string; architecture: string } {
  const { os, architecture } = record(value, 'a platform')
  return { os: String(os ?? ''), architecture: String(architecture ?? '') }
}

function mediaTypeOf(document: Record<string, unknown>, contentType: string): string {
  const known = IMAGES.includes(contentType) || INDEXES.includes(contentType)
  const own = document.mediaType
  if (typeof own !== 'string' || own === '') {
    if (known) return contentType
    return 'manifests' in document ? MEDIA_TYPES.ociIndex : MEDIA_TYPES.ociManifest
  }
  if (known && own !== contentType) throw invalid('its media type differs from the Content-Type')
  return own
}

function descriptors(value: unknown): Descriptor[] {
  if (!Array.isArray(value)) throw invalid('the list of descriptors is missing')
  return value.map(parseDescriptor)
}

function texts(value: unknown): Record<string, string> {
  const entries = Object.entries(record(value ?? {}, 'annotations'))
  return Object.fromEntries(
    entries.map(([key, text]) => {
      if (typeof text !== 'string') throw invalid('an annotation must be a string')
      return [key, text]
    }),
  )
}

function record(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid(`${what} must be an object`)
  return Object.fromEntries(Object.entries(value))
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw invalid('it is not JSON')
  }
}

function invalid(why: string): RegistryError {
  return new RegistryError('invalid', `the manifest breaks the OCI image specification: ${why}`)
}
