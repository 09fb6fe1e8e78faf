// The image that a reference stands for now, by its digest.

import type { Digest } from '../../shared/oci/digest.ts'
import { parseReference, pin, type Reference } from '../../shared/oci/reference.ts'
import type { Registry } from '../../shared/oci/registry.ts'

/** A tag may be another image a moment later: what is signed or verified is what is answered. */
export async function pinnedImage(
  registry: Registry,
  text: string,
): Promise<Reference & { readonly digest: Digest }> {
  const reference = parseReference(text)
  const { digest } = await registry.resolve(reference)
  return { ...pin(reference, digest), digest }
}
