// An image that holds nothing: where Tekton is played, only its name and digest matter.

import { digestOf } from '../../shared/oci/digest.ts'
import { parseReference } from '../../shared/oci/reference.ts'
import { createRegistry } from '../../shared/oci/registry.ts'

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
const CONFIG = 'application/vnd.oci.image.config.v1+json'

/** Pushes it to this reference, and answers that. */
export async function pushImage(text: string): Promise<string> {
  const registry = createRegistry()
  const reference = parseReference(text)
  const config = Buffer.from('{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}')
  const descriptor = { mediaType: CONFIG, digest: digestOf(config), size: config.length }
  const manifest = { schemaVersion: 2, mediaType: MANIFEST, config: descriptor, layers: [] }
  await registry.pushBlob(reference, config)
  await registry.pushManifest(reference, MANIFEST, Buffer.from(JSON.stringify(manifest)))
  return text
}
