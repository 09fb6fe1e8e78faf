// What our own client must be able to do with any registry: push a bundle, find it again, and ask who refers to it.

import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { packBundle, pushBundle } from '../../../shared/bundle/pack.ts'
import { digestOf } from '../../../shared/oci/digest.ts'
import { MEDIA_TYPES } from '../../../shared/oci/manifest.ts'
import { parseReference, pin } from '../../../shared/oci/reference.ts'
import { createRegistry, type RegistryOptions } from '../../../shared/oci/registry.ts'
import { pipeline } from '../../conformance/tekton.bundles.ts'

export interface RoundTrip {
  /** host:port */
  readonly host: string
  /** Whether the registry lists who refers to a manifest; left out where that is not known. */
  readonly referrers?: boolean
  readonly client?: RegistryOptions
}

const DOCUMENT = pipeline('p', { tasks: [{ name: 'a', taskRef: { name: 'a' } }] })

/** Pushes a bundle with both kinds of media types, pulls it by tag and by digest, and compares every byte. */
export async function makeRoundTrip({ host, referrers, client = {} }: RoundTrip): Promise<void> {
  for (const mediaTypes of ['docker', 'oci'] as const) {
    const registry = createRegistry(client)
    const reference = parseReference(`${host}/conformance/${randomUUID()}:v1`)
    const packed = packBundle({ documents: [DOCUMENT], mediaTypes, annotations: { a: 'b' } })
    const digest = await pushBundle(registry, reference, packed)
    expect(digest).toBe(packed.digest)
    const size = packed.manifest.length
    expect(await registry.resolve(reference)).toEqual({ mediaType: packed.mediaType, digest, size })
    for (const ref of [reference, pin(reference, digest)]) {
      const { bytes, manifest } = await createRegistry(client).manifest(ref)
      expect(Buffer.from(bytes).equals(packed.manifest)).toBe(true)
      if (manifest.kind !== 'image') throw new Error(`an image came back as ${manifest.kind}`)
      const pulled = await Promise.all(manifest.layers.map(layer => registry.blob(ref, layer)))
      expect(pulled.map(digestOf)).toEqual(manifest.layers.map(layer => layer.digest))
    }
    const subject = { ...reference, digest }
    expect(await registry.referrers(subject)).toEqual([])
    const signature = await refer(registry, reference, { mediaType: packed.mediaType, digest, size })
    const found = await registry.referrers(subject)
    const listed = referrers ?? found.length > 0
    expect(found.map(descriptor => descriptor.digest)).toEqual(listed ? [signature] : [])
  }
}

/** Pushes a manifest about another one (https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-manifests-with-subject). */
async function refer(
  registry: ReturnType<typeof createRegistry>,
  reference: ReturnType<typeof parseReference>,
  subject: object,
): Promise<string> {
  const empty = new TextEncoder().encode('{}')
  const config = { mediaType: 'application/vnd.oci.empty.v1+json', digest: digestOf(empty), size: 2 }
  const document = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.ociManifest,
    artifactType: 'application/vnd.example.signature',
    config,
    layers: [config],
    subject,
  }
  const bytes = new TextEncoder().encode(JSON.stringify(document))
  await registry.pushBlob(reference, empty)
  const { registry: host, repository } = reference
  const target = { registry: host, repository, digest: digestOf(bytes) }
  return (await registry.pushManifest(target, MEDIA_TYPES.ociManifest, bytes)).digest
}
