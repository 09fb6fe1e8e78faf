// Signing an image as `cosign sign --key` does: a simple signature beside it, under the tag `sha256-….sig`.

import { type Digest, digestOf } from '../oci/digest.ts'
import { RegistryError } from '../oci/error.ts'
import type { Descriptor, ImageManifest } from '../oci/manifest.ts'
import { MEDIA_TYPES } from '../oci/manifest.ts'
import type { Reference } from '../oci/reference.ts'
import type { Registry } from '../oci/registry.ts'
import type { PrivateKey } from './private-key.ts'
import { SIGNATURE, SIMPLE, tagOf } from './verify.ts'

const CONFIG = 'application/vnd.oci.image.config.v1+json'

function encode(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value))
}

/** https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md#simple-signing */
function payloadOf({ registry, repository }: Reference, digest: Digest): Uint8Array<ArrayBuffer> {
  return encode({
    critical: {
      identity: { 'docker-reference': `${registry}/${repository}` },
      image: { 'docker-manifest-digest': digest },
      type: 'cosign container image signature',
    },
    optional: null,
  })
}

/** The signatures that are there already stay. */
async function existing(registry: Registry, at: Reference): Promise<ImageManifest | undefined> {
  try {
    const { manifest } = await registry.manifest(at)
    return manifest.kind === 'image' ? manifest : undefined
  } catch (error) {
    if (error instanceof RegistryError && error.reason === 'notFound') return undefined
    throw error
  }
}

export interface Signing {
  readonly registry: Registry
  readonly image: Reference & { readonly digest: Digest }
}

/** Adds a signature of exactly this digest; answers the tag that it is under. Throws RegistryError. */
export async function signImage({ registry, image }: Signing, key: PrivateKey): Promise<string> {
  const tag = tagOf(image.digest)
  const at = { registry: image.registry, repository: image.repository, tag }
  const payload = payloadOf(image, image.digest)
  const before = await existing(registry, at)
  const layer: Descriptor = {
    mediaType: SIMPLE,
    size: payload.length,
    digest: digestOf(payload),
    annotations: { [SIGNATURE]: key(payload).toString('base64') },
  }
  const layers = [...(before?.layers ?? []), layer]
  const config = encode({
    architecture: '',
    created: '0001-01-01T00:00:00Z',
    history: layers.map(() => ({ created: '0001-01-01T00:00:00Z' })),
    os: '',
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
    config: {},
  })
  const manifest = encode({
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.ociManifest,
    config: { mediaType: CONFIG, size: config.length, digest: digestOf(config) },
    layers,
  })
  await Promise.all([registry.pushBlob(at, payload), registry.pushBlob(at, config)])
  await registry.pushManifest(at, MEDIA_TYPES.ociManifest, manifest)
  return tag
}
