// Pushing an image: the base's layers are mounted or copied where they are missing, then ours, then the manifest.

import type { Digest } from '../oci/digest.ts'
import type { Descriptor } from '../oci/manifest.ts'
import type { Reference } from '../oci/reference.ts'
import type { Registry } from '../oci/registry.ts'
import type { ComposedImage } from './compose.ts'

/** How the base's layers came into the repository. */
export interface Pushed {
  readonly digest: Digest
  readonly present: number
  readonly mounted: number
  readonly copied: number
}

interface Way {
  readonly registry: Registry
  readonly from: Reference
  readonly to: Reference
}

/**
 * Pushes so that a reader never finds half an image. A registry mounts blobs of its other repositories without sending
 * them; what it does not mount is held in memory once, one layer at a time. Throws RegistryError.
 */
export async function pushImage(way: Way, image: ComposedImage): Promise<Pushed> {
  const { registry, to } = way
  const count = { present: 0, mounted: 0, copied: 0 }
  for (const layer of image.baseLayers) count[await bring(way, layer)] += 1
  await Promise.all(image.blobs.map(bytes => registry.pushBlob(to, bytes)))
  const { digest } = await registry.pushManifest(to, image.mediaType, image.manifest)
  return { digest, ...count }
}

async function bring(way: Way, layer: Descriptor): Promise<'present' | 'mounted' | 'copied'> {
  const { registry, from, to } = way
  if (await registry.hasBlob(to, layer.digest)) return 'present'
  const isNear = from.registry === to.registry
  if (isNear && (await registry.mountBlob(to, layer.digest, from.repository))) return 'mounted'
  await registry.pushBlob(to, await registry.blob(from, layer))
  return 'copied'
}
