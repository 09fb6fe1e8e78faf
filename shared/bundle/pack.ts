// Writing a bundle as `tkn bundle push` writes it: deterministic, one layer per object, the schema in an annotation.

import type { Digest } from '../oci/digest.ts'
import { digestOf } from '../oci/digest.ts'
import type { Layer } from '../oci/layer.ts'
import { compressLayer } from '../oci/layer.ts'
import type { Descriptor } from '../oci/manifest.ts'
import { MEDIA_TYPES } from '../oci/manifest.ts'
import type { Reference } from '../oci/reference.ts'
import type { Registry } from '../oci/registry.ts'
import { BundleError } from './error.ts'
import { escapeLikeGo, sortKeys } from './json.ts'
import { ANNOTATIONS, MAX_OBJECTS } from './read.ts'
import { encodeSchema, SCHEMA_ANNOTATION } from './schema.ts'
import { archiveFile } from './tar.ts'
import type { TektonObject } from './tekton.ts'
import { asTektonObject } from './tekton.ts'
import type { ReadText } from './yaml.ts'
import { parseDocuments } from './yaml.ts'

export interface PackOptions {
  /** Texts of Tekton objects, YAML or JSON, each with one or more documents; or what was read of them already. */
  readonly documents: readonly (string | ReadText)[]
  /** The parameter schema's JSON text. */
  readonly schema?: string
  /** Manifest annotations besides the schema. */
  readonly annotations?: Readonly<Record<string, string>>
  /** Default `docker`, as `tkn` has it. */
  readonly mediaTypes?: 'docker' | 'oci'
}

export interface PackedBundle {
  readonly digest: Digest
  readonly mediaType: string
  readonly manifest: Uint8Array<ArrayBuffer>
  /** The config and the layers. */
  readonly blobs: readonly { readonly digest: Digest; readonly bytes: Uint8Array<ArrayBuffer> }[]
}

const TYPES = {
  docker: {
    manifest: MEDIA_TYPES.dockerManifest,
    config: 'application/vnd.docker.container.image.v1+json',
    layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  },
  oci: {
    manifest: MEDIA_TYPES.ociManifest,
    config: 'application/vnd.oci.image.config.v1+json',
    layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  },
} as const

/** When tkn says an image was made: never, for the same digest every time. */
const CREATED = '1970-01-01T00:00:00Z'
/** Go's zero time, which its client writes for a layer without history. */
const NO_TIME = '0001-01-01T00:00:00Z'

/**
 * Packs Tekton objects to an image (https://github.com/tektoncd/pipeline/blob/main/docs/tekton-bundle-contracts.md). The same input
 * gives the same digest, on every machine: the compressor is a pinned one in JavaScript. Throws BundleError.
 */
export function packBundle(options: PackOptions): PackedBundle {
  const types = TYPES[options.mediaTypes ?? 'docker']
  const layers = readObjects(options.documents).map(object => packLayer(object, types.layer))
  const config = encode({
    architecture: '',
    created: CREATED,
    history: layers.map(() => ({ created: NO_TIME })),
    os: '',
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    config: {},
  })
  const schema = options.schema === undefined ? {} : { [SCHEMA_ANNOTATION]: encodeSchema(options.schema) }
  const annotations = { ...options.annotations, ...schema }
  const manifest = encode({
    schemaVersion: 2,
    mediaType: types.manifest,
    config: { mediaType: types.config, size: config.length, digest: digestOf(config) },
    layers: layers.map(({ descriptor }) => descriptor),
    ...(Object.keys(annotations).length > 0 && { annotations: sortKeys(annotations) }),
  })
  const blobs = [config, ...layers.map(({ bytes }) => bytes)]
  return {
    digest: digestOf(manifest),
    mediaType: types.manifest,
    manifest,
    blobs: blobs.map(bytes => ({ digest: digestOf(bytes), bytes })),
  }
}

/** Pushes the blobs, then the manifest, so that a reader never finds half a bundle. Throws RegistryError. */
export async function pushBundle(registry: Registry, ref: Reference, packed: PackedBundle): Promise<Digest> {
  await Promise.all(packed.blobs.map(({ bytes }) => registry.pushBlob(ref, bytes)))
  const { digest } = await registry.pushManifest(ref, packed.mediaType, packed.manifest)
  return digest
}

/** The texts in the order of their hashes, as tkn sorts its files; the objects within one text keep their order. */
function readObjects(given: PackOptions['documents']): TektonObject[] {
  const sorted = given
    .map(each => ({ each, digest: digestOf(Buffer.from(typeof each === 'string' ? each : each.text)) }))
    .toSorted((a, b) => (a.digest < b.digest ? -1 : 1))
  const documents = sorted.flatMap(({ each }) =>
    typeof each === 'string' ? parseDocuments(each) : each.documents,
  )
  const objects = documents.map(asTektonObject)
  if (objects.length === 0) throw new BundleError('NotABundle', 'a bundle needs at least one Tekton object')
  if (objects.length > MAX_OBJECTS) {
    // tkn counts files here, and so pushes bundles that no cluster can resolve.
    throw new BundleError(
      'TooManyObjects',
      `bundle contains more than the maximum ${MAX_OBJECTS} allow objects`,
    )
  }
  return objects
}

interface PackedLayer extends Layer {
  readonly descriptor: Descriptor
}

function packLayer({ kind, name, version, json }: TektonObject, mediaType: string): PackedLayer {
  const layer = compressLayer(archiveFile(name, Buffer.from(json, 'utf8')))
  const annotations = {
    [ANNOTATIONS.apiVersion]: version,
    [ANNOTATIONS.kind]: kind,
    [ANNOTATIONS.name]: name,
  }
  return { ...layer, descriptor: { mediaType, size: layer.bytes.length, digest: layer.digest, annotations } }
}

function encode(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(escapeLikeGo(JSON.stringify(value)))
}
