// An image that stands for another where no container runs: it is there, and nothing is in it.

import { digestOf } from '../../shared/oci/digest.ts'
import { MEDIA_TYPES } from '../../shared/oci/manifest.ts'
import { formatReference, type Reference } from '../../shared/oci/reference.ts'
import { createRegistry } from '../../shared/oci/registry.ts'

/** Pushes it to a repository; answers its reference by digest. */
export async function pushStandIn(at: Pick<Reference, 'registry' | 'repository'>): Promise<string> {
  const registry = createRegistry()
  const config = new TextEncoder().encode('{}')
  await registry.pushBlob(at, config)
  const manifest = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.ociManifest,
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      size: config.length,
      digest: digestOf(config),
    },
    layers: [],
  }
  const bytes = new TextEncoder().encode(JSON.stringify(manifest))
  const { digest } = await registry.pushManifest(at, manifest.mediaType, bytes)
  return formatReference({ ...at, digest })
}
