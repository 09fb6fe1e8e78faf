// Content digests: sha256 only, which is what every bundle tool writes.

import { createHash } from 'node:crypto'

/** `sha256:` and 64 lower-case hexadecimal digits. Made by parseDigest and digestOf only. */
export type Digest = `sha256:${string}`

const DIGEST = /^sha256:[0-9a-f]{64}$/

function isDigest(text: string): text is Digest {
  return DIGEST.test(text)
}

/** Reads a digest (OCI image-spec, https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#digests). */
export function parseDigest(text: string): Digest | undefined {
  return isDigest(text) ? text : undefined
}

/** The digest of these bytes. */
export function digestOf(bytes: Uint8Array): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}
