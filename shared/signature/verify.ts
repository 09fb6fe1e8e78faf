// Whether an image is signed by a key: its signatures are beside it in the registry, as cosign puts them there.

import type { Digest } from '../oci/digest.ts'
import { RegistryError } from '../oci/error.ts'
import type { Descriptor, ImageManifest } from '../oci/manifest.ts'
import type { Reference } from '../oci/reference.ts'
import type { Registry } from '../oci/registry.ts'
import type { PublicKey } from './key.ts'
import { digestInSimple, digestsInBundle } from './signed.ts'

export interface Signed {
  readonly registry: Registry
  readonly image: Reference & { readonly digest: Digest }
  readonly signal?: AbortSignal | undefined
}

/** `unsigned`: there is no signature at all. `untrusted`: there is, and none is of this key for this digest. */
export type SignatureVerdict =
  | { readonly ok: true; readonly form: 'bundle' | 'simple' }
  | { readonly ok: false; readonly reason: 'unsigned' | 'untrusted'; readonly message: string }

const BUNDLE = 'application/vnd.dev.sigstore.bundle'
export const SIMPLE = 'application/vnd.dev.cosign.simplesigning.v1+json'
/** The annotation of a simple signature's layer. */
export const SIGNATURE = 'dev.cosignproject.cosign/signature'
/** Who may push may add many; the first of them must be enough. */
const MOST = 50

interface Found {
  readonly form: 'bundle' | 'simple'
  readonly layer: Descriptor
}

/**
 * Looks for a sigstore bundle among the referrers and for a simple signature under the tag `sha256-<hex>.sig`. The signature
 * must be about exactly this digest; an index and its images are signed apart. Throws RegistryError where the registry fails.
 */
export async function verifySignature(signed: Signed, key: PublicKey): Promise<SignatureVerdict> {
  const found = [...(await simpleSignatures(signed)), ...(await bundles(signed))].slice(0, MOST)
  for (const each of found) if (await isTrusted(signed, each, key)) return { ok: true, form: each.form }
  const { registry, repository, digest } = signed.image
  const name = `${registry}/${repository}@${digest}`
  if (found.length === 0)
    return {
      ok: false,
      reason: 'unsigned',
      message: `${name} is not signed: sign it with cosign sign --key, by this digest`,
    }
  return {
    ok: false,
    reason: 'untrusted',
    message: `none of the ${found.length} signatures of ${name} is by the given key and about this digest: sign it with that key`,
  }
}

/** Under which tag cosign keeps the simple signatures of an image. */
export function tagOf(digest: Digest): string {
  return `${digest.replace(':', '-')}.sig`
}

/** Every layer is a signature of its own. */
async function simpleSignatures({ registry, image, signal }: Signed): Promise<Found[]> {
  const tag = tagOf(image.digest)
  const manifest = await read(
    registry,
    { registry: image.registry, repository: image.repository, tag },
    signal,
  )
  return layersOf(manifest, type => type === SIMPLE).map(layer => ({ form: 'simple', layer }))
}

/** What a referrer is its own manifest says: registries without the referrers API describe it in many ways. */
async function bundles({ registry, image, signal }: Signed): Promise<Found[]> {
  const referrers = await registry.referrers(image, signal)
  const manifests = await Promise.all(
    referrers
      .slice(0, MOST)
      .map(({ digest }) =>
        read(registry, { registry: image.registry, repository: image.repository, digest }, signal),
      ),
  )
  return manifests
    .filter(manifest => manifest?.subject?.digest === image.digest)
    .flatMap(manifest => layersOf(manifest, type => type.startsWith(BUNDLE)))
    .map(layer => ({ form: 'bundle', layer }))
}

function layersOf(manifest: ImageManifest | undefined, wanted: (type: string) => boolean): Descriptor[] {
  return manifest?.layers.filter(({ mediaType }) => wanted(mediaType)) ?? []
}

/** Undefined where there is nothing, or no image; what breaks a rule is no signature. */
async function read(
  registry: Registry,
  at: Reference,
  signal: AbortSignal | undefined,
): Promise<ImageManifest | undefined> {
  try {
    const { manifest } = await registry.manifest(at, signal)
    return manifest.kind === 'image' ? manifest : undefined
  } catch (error) {
    if (isNothing(error)) return undefined
    throw error
  }
}

async function isTrusted(
  { registry, image, signal }: Signed,
  { form, layer }: Found,
  key: PublicKey,
): Promise<boolean> {
  try {
    const bytes = await registry.blob(image, layer, signal)
    if (form === 'bundle') return digestsInBundle(bytes, key).includes(image.digest)
    const signature = layer.annotations?.[SIGNATURE] ?? ''
    return digestInSimple({ payload: bytes, signature }, key) === image.digest
  } catch (error) {
    if (isNothing(error)) return false
    throw error
  }
}

function isNothing(error: unknown): boolean {
  return error instanceof RegistryError && ['notFound', 'invalid', 'tooLarge'].includes(error.reason)
}
