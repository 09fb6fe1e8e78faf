// Images for the bundle tests, made layer by layer, with whatever is wrong that a test wants.

import { gzipSync } from 'fflate'
import type { StoredRepository } from '../../../local/registry/store.ts'
import { archiveFile } from '../../../shared/bundle/tar.ts'
import type { Digest } from '../../../shared/oci/digest.ts'
import { digestOf } from '../../../shared/oci/digest.ts'
import { MEDIA_TYPES } from '../../../shared/oci/manifest.ts'

export interface Layer {
  readonly annotations: Record<string, string>
  readonly bytes: Uint8Array<ArrayBuffer>
  /** What the descriptor claims, where it is not the truth. */
  readonly claims?: { digest?: string; size?: number }
}

export const PIPELINE = `apiVersion: tekton.dev/v1
kind: Pipeline
metadata:
  name: restart
spec:
  params:
    - name: NAME
      type: string
  tasks:
    - name: restart
      taskSpec:
        steps:
          - name: restart
            image: registry.example.com/kubectl:1.34
            script: kubectl rollout restart "deployment/$NAME" && echo '<done>'
`

export const TASK =
  '{"apiVersion":"tekton.dev/v1","kind":"Task",  "metadata":{"name":"check"},"spec":{"steps":[]}}'

export function annotate(kind: string, name: string): Record<string, string> {
  return {
    'dev.tekton.image.kind': kind,
    'dev.tekton.image.name': name,
    'dev.tekton.image.apiVersion': 'v1',
  }
}

function gzipped(text: string | Uint8Array): Uint8Array<ArrayBuffer> {
  const file = archiveFile('object', typeof text === 'string' ? Buffer.from(text) : text)
  // Without the time of day, so that the same layer has the same digest a second later.
  return new Uint8Array(gzipSync(file, { mtime: 0 }))
}

/** A layer of this kind and name, holding the text as tkn would. */
export function layer(kind: string, name: string, text = PIPELINE): Layer {
  return { annotations: annotate(kind, name), bytes: gzipped(text) }
}

export function emptyRepository(): StoredRepository {
  return { blobs: new Map(), manifests: new Map(), tags: new Map(), uploads: new Map() }
}

/** Stores an image; a tag names it where given. */
export function storeImage(
  repository: StoredRepository,
  layers: readonly Layer[],
  { tag, annotations }: { tag?: string; annotations?: Record<string, string> } = {},
): Digest {
  const descriptors = layers.map(({ bytes, claims, annotations: own }) => {
    repository.blobs.set(claims?.digest ?? digestOf(bytes), bytes)
    return { mediaType: 'x', digest: digestOf(bytes), size: bytes.length, ...claims, annotations: own }
  })
  const config = { mediaType: 'x', digest: digestOf(new Uint8Array()), size: 0 }
  const manifest = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.ociManifest,
    config,
    layers: descriptors,
    annotations,
  }
  return storeManifest(repository, manifest, tag)
}

export function storeManifest(
  repository: StoredRepository,
  manifest: { mediaType: string },
  tag?: string,
): Digest {
  const bytes = new TextEncoder().encode(JSON.stringify(manifest))
  const digest = digestOf(bytes)
  repository.manifests.set(digest, { mediaType: manifest.mediaType, bytes })
  if (tag !== undefined) repository.tags.set(tag, digest)
  return digest
}

/** Each list holds the one before it nine times: a few hundred bytes that stand for forty million. */
export function yamlBomb(): Buffer {
  const keys = [...'abcdefghi']
  const lines = keys.map((key, index) => {
    const items = index === 0 ? ['x'] : Array<string>(9).fill(`*${keys[index - 1]}`)
    return `${key}: &${key} [${items.join(', ')}]`
  })
  return Buffer.from(lines.join('\n'))
}
