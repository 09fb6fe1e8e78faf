// Reading a bundle: from a reference to an image that keeps Tekton's contract, pinned to its digest.

import type { Digest } from '../oci/digest.ts'
import type { Descriptor, ImageManifest } from '../oci/manifest.ts'
import type { Reference } from '../oci/reference.ts'
import { formatReference, pin } from '../oci/reference.ts'
import type { Pull } from '../oci/registry.ts'
import { asBundleError, BundleError } from './error.ts'

/** One object of a bundle, as its layer's descriptor announces it. */
export interface BundleEntry {
  readonly kind: string
  readonly name: string
  /** What the annotation says; `tkn` writes the version only (`v1`). */
  readonly apiVersion: string
  readonly descriptor: Descriptor
}

export interface Bundle {
  /** Pinned: the repository at the image's own digest, also where an index was asked for. */
  readonly reference: Reference & { readonly digest: Digest }
  readonly digest: Digest
  /** What the reference itself stands for: the index's digest where it is one. */
  readonly target: Digest
  /** The image manifest's annotations. */
  readonly annotations: Readonly<Record<string, string>>
  readonly entries: readonly BundleEntry[]
}

/** Layer annotations (https://github.com/tektoncd/pipeline/blob/main/docs/tekton-bundle-contracts.md). */
export const ANNOTATIONS = {
  kind: 'dev.tekton.image.kind',
  name: 'dev.tekton.image.name',
  apiVersion: 'dev.tekton.image.apiVersion',
} as const

export const MAX_OBJECTS = 20
/** An index in an index in an index is nobody's bundle. */
const MAX_INDEXES = 3

/**
 * Reads an image, or the linux/amd64 image of an index, and checks Tekton's bundle contract
 * (https://github.com/tektoncd/pipeline/blob/main/docs/tekton-bundle-contracts.md) with the resolver's own messages.
 * Throws BundleError, or RegistryError while the registry is unavailable or wants other credentials.
 */
export async function readBundle(registry: Pull, ref: Reference, signal?: AbortSignal): Promise<Bundle> {
  const { digest, target, manifest } = await fetchImage(registry, ref, signal)
  const problem = checkContract(manifest)
  if (problem !== undefined) {
    throw new BundleError(
      problem.reason,
      `invalid tekton bundle ${formatReference(ref)}, error: ${problem.message}`,
    )
  }
  return {
    reference: { ...pin(ref, digest), digest },
    digest,
    target,
    annotations: manifest.annotations,
    entries: manifest.layers.map(toEntry),
  }
}

async function fetchImage(
  registry: Pull,
  ref: Reference,
  signal: AbortSignal | undefined,
): Promise<{ digest: Digest; target: Digest; manifest: ImageManifest }> {
  let at = ref
  let target: Digest | undefined
  for (let depth = 0; depth <= MAX_INDEXES; depth++) {
    const { manifest, descriptor } = await registry.manifest(at, signal).catch(error => {
      throw asBundleError(error)
    })
    const { digest } = descriptor
    target ??= digest
    if (manifest.kind === 'image') return { digest, target, manifest }
    const child = manifest.manifests.find(isForTekton)
    if (child === undefined) {
      const message = `cannot retrieve the oci image: no child with platform linux/amd64 in index ${formatReference(ref)}`
      throw new BundleError('NotABundle', message)
    }
    at = pin(ref, child.digest)
  }
  throw new BundleError(
    'NotABundle',
    `${formatReference(ref)} is an index of indexes: push the bundle as one image`,
  )
}

/** Tekton's client takes the first child for linux/amd64, and takes a child that names no platform for one. */
function isForTekton({ platform }: Descriptor): boolean {
  return platform === undefined || (platform.os === 'linux' && platform.architecture === 'amd64')
}

function checkContract({ layers }: ImageManifest): BundleError | undefined {
  if (layers.length > MAX_OBJECTS) {
    return new BundleError('TooManyObjects', `contained more than the maximum ${MAX_OBJECTS} allow objects`)
  }
  if (layers.length === 0) return new BundleError('NotABundle', 'it holds no objects')
  for (const [index, { annotations = {} }] of layers.entries()) {
    // In the order in which Tekton looks, so that the same one is named.
    for (const key of [ANNOTATIONS.apiVersion, ANNOTATIONS.name, ANNOTATIONS.kind]) {
      if (!Object.hasOwn(annotations, key)) {
        return new BundleError('MissingAnnotation', `the layer ${index} does not contain a ${key} annotation`)
      }
    }
    const kind = annotations[ANNOTATIONS.kind] ?? ''
    if (kind.toLowerCase().replace(/s$/, '') !== kind) {
      const rule = `the annotation ${ANNOTATIONS.kind} must be lowercased and singular, found ${kind}`
      return new BundleError('BadKind', `the layer ${index} ${rule}`)
    }
  }
  return undefined
}

function toEntry(descriptor: Descriptor): BundleEntry {
  const annotations = descriptor.annotations ?? {}
  return {
    kind: annotations[ANNOTATIONS.kind] ?? '',
    name: annotations[ANNOTATIONS.name] ?? '',
    apiVersion: annotations[ANNOTATIONS.apiVersion] ?? '',
    descriptor,
  }
}
