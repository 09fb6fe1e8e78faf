// How a receipt shows what may be long or secret: as it is, or as its digest.

import { canonicalDigest, canonicalText, type DigestSet, digestSetOf } from './canonical.ts'

/** A parameter's value, or its digest where it is too long or a secret. */
export type Shown = { readonly value: unknown } | { readonly digest: DigestSet }
/** A text of people or of Tekton; a long one is its digest. */
export type ShownText = string | { readonly digest: DigestSet }

/** A longer value or text is shown as its digest. */
const LIMIT_BYTES = 256

function isLong(text: string): boolean {
  return Buffer.byteLength(text) > LIMIT_BYTES
}

/** Strings are measured as they are, other values as canonical JSON. */
export function show(value: unknown, isSecret: boolean): Shown {
  const text = typeof value === 'string' ? value : canonicalText(value)
  return isSecret || isLong(text) ? { digest: digestSetOf(canonicalDigest(value)) } : { value }
}

export function showText(text: string): ShownText {
  return isLong(text) ? { digest: digestSetOf(canonicalDigest(text)) } : text
}
