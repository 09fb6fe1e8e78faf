// The digest of a JSON value, whoever wrote it and with whatever spaces and order of keys: RFC 8785, then SHA-256.

import canonicalize from 'canonicalize'
import { type Digest, digestOf } from '../oci/digest.ts'

/** In-toto's digest set (https://github.com/in-toto/attestation/blob/main/spec/v1/digest_set.md), with the one algorithm used here. */
export interface DigestSet {
  readonly sha256: string
}

/** A value as canonical JSON (https://www.rfc-editor.org/rfc/rfc8785); nothing at all counts as null. */
export function canonicalText(value: unknown): string {
  return canonicalize(value) ?? 'null'
}

export function canonicalDigest(value: unknown): Digest {
  return digestOf(Buffer.from(canonicalText(value)))
}

/** `sha256:…` as a digest set. */
export function digestSetOf(digest: string): DigestSet {
  return { sha256: digest.replace(/^sha256:/, '') }
}
