// What a bundle holds, wherever it is: in a folder of files, in an OCI layout, or in a registry.

import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readEntry } from '../../shared/bundle/object.ts'
import type { PackedBundle } from '../../shared/bundle/pack.ts'
import { type BundleEntry, readBundle } from '../../shared/bundle/read.ts'
import { readSchema, SCHEMA_ANNOTATION, SCHEMA_KIND } from '../../shared/bundle/schema.ts'
import { parseDocuments } from '../../shared/bundle/yaml.ts'
import type { Digest } from '../../shared/oci/digest.ts'
import { RegistryError } from '../../shared/oci/error.ts'
import { openLayout } from '../../shared/oci/layout.ts'
import { parseManifest } from '../../shared/oci/manifest.ts'
import { parseReference, type Reference } from '../../shared/oci/reference.ts'
import type { Pull, Registry } from '../../shared/oci/registry.ts'
import { openRegistry, type RegistryOptions } from '../registry/open.ts'
import type { Shell } from '../shell.ts'
import { packFolder } from './packing.ts'

/** An image, and where it is read. */
export interface Image {
  readonly from: Pull
  readonly at: Reference
  /** Set where it is in a registry. */
  readonly registry?: Registry
}

/** Where an image on a disk is said to be. */
const ON_DISK: Reference = { registry: 'localhost', repository: 'layout' }

/** A packed bundle, read as a registry is read. */
function inMemory({ digest, mediaType, manifest, blobs }: PackedBundle): Pull {
  return {
    manifest: async () => ({
      descriptor: { mediaType, digest, size: manifest.length },
      bytes: manifest,
      manifest: parseManifest(manifest, mediaType),
    }),
    async blob(_, { digest: wanted }) {
      const found = blobs.find(blob => blob.digest === wanted)
      if (found === undefined) throw new RegistryError('notFound', `the bundle does not hold ${wanted}`)
      return found.bytes
    },
  }
}

/** Whether a path is an OCI layout: its folder, or a file. */
async function isLayout(path: string): Promise<boolean> {
  return existsSync(join(path, 'oci-layout')) || !(await stat(path)).isDirectory()
}

/** An OCI layout where there is one, else a reference. Throws RegistryError, InvalidReference and Trouble. */
export async function openImage(shell: Shell, where: string, options: RegistryOptions): Promise<Image> {
  if (existsSync(where)) return { from: await openLayout(where), at: ON_DISK }
  const at = parseReference(where)
  const registry = await openRegistry(shell, options)
  return { from: registry, at, registry }
}

async function openAny(shell: Shell, where: string, options: RegistryOptions): Promise<Image> {
  if (!existsSync(where) || (await isLayout(where))) return openImage(shell, where, options)
  const { packed } = await packFolder(where, { mediaTypes: 'docker' })
  return { from: inMemory(packed), at: ON_DISK }
}

export interface ContentObject {
  readonly kind: string
  readonly name: string
  /** As it stands in the layer: JSON or YAML. */
  readonly text: string
  readonly object: Readonly<Record<string, unknown>>
}

export interface Content {
  readonly digest: Digest
  readonly objects: readonly ContentObject[]
  readonly schema?: { readonly text: string; readonly json: Readonly<Record<string, unknown>> }
  /** The manifest's, without the schema. */
  readonly annotations: Readonly<Record<string, string>>
}

/** Everything in a bundle. Throws what readBundle, readEntry and readSchema throw. */
export async function readContent(from: Pull, at: Reference): Promise<Content> {
  const bundle = await readBundle(from, at)
  async function read(entry: BundleEntry): Promise<ContentObject> {
    const text = await readEntry({ registry: from, bundle }, entry)
    const object = parseDocuments(text)[0]?.object ?? {}
    return { kind: entry.kind, name: entry.name, text, object }
  }
  const schema = await readSchema(from, bundle)
  const { [SCHEMA_ANNOTATION]: _, ...annotations } = bundle.annotations
  return {
    digest: bundle.digest,
    objects: await Promise.all(bundle.entries.filter(({ kind }) => kind !== SCHEMA_KIND).map(read)),
    ...(schema === undefined ? {} : { schema }),
    annotations,
  }
}

/** A folder of files counts as what packing it would give. */
export async function openContent(shell: Shell, where: string, options: RegistryOptions): Promise<Content> {
  const { from, at } = await openAny(shell, where, options)
  return readContent(from, at)
}
