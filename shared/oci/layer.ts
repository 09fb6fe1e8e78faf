// A layer: an archive, compressed the same way on every machine.

import { gzipSync } from 'fflate'
import type { Digest } from './digest.ts'
import { digestOf } from './digest.ts'

export interface Layer {
  /** The digest of the archive, as an image's config names it. */
  readonly diffId: Digest
  /** The digest of the compressed bytes, as a manifest names it. */
  readonly digest: Digest
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** gzip without a time (https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md); the compressor is a pinned one in JavaScript. */
export function compressLayer(archive: Uint8Array): Layer {
  const bytes = new Uint8Array(gzipSync(archive, { level: 9, mtime: 0 }))
  return { diffId: digestOf(archive), digest: digestOf(bytes), bytes }
}
