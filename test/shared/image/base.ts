// Base images in a local registry, as others publish them.

import { digestOf } from '../../../shared/oci/digest.ts'
import { compressLayer } from '../../../shared/oci/layer.ts'
import { MEDIA_TYPES } from '../../../shared/oci/manifest.ts'
import type { Reference } from '../../../shared/oci/reference.ts'
import type { Registry } from '../../../shared/oci/registry.ts'

export const LAYER = compressLayer(Buffer.from('the base, whatever it holds'))

export const CONFIG = {
  architecture: 'amd64',
  os: 'linux',
  config: { Entrypoint: ['/nodejs/bin/node'], Env: ['PATH=/bin', 'NODE_ENV=test'], User: '65532' },
  rootfs: { type: 'layers', diff_ids: [LAYER.diffId] },
}

function encode(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value))
}

/** Pushes an image with one layer for the platform of its config. */
export async function pushBase(registry: Registry, ref: Reference, config: object = CONFIG) {
  const bytes = encode(config)
  await Promise.all([registry.pushBlob(ref, LAYER.bytes), registry.pushBlob(ref, bytes)])
  const layer = {
    mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
    digest: LAYER.digest,
    size: LAYER.bytes.length,
  }
  const manifest = encode({
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.ociManifest,
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: digestOf(bytes),
      size: bytes.length,
    },
    layers: [layer],
  })
  return registry.pushManifest(ref, MEDIA_TYPES.ociManifest, manifest)
}

/** Pushes an index over images for two architectures. */
export async function pushIndex(registry: Registry, ref: Reference) {
  const manifests = []
  for (const architecture of ['arm64', 'amd64']) {
    const pushed = await pushBase(registry, { ...ref, tag: architecture }, { ...CONFIG, architecture })
    manifests.push({ ...pushed, platform: { os: 'linux', architecture } })
  }
  const index = encode({ schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests })
  return registry.pushManifest(ref, MEDIA_TYPES.ociIndex, index)
}
