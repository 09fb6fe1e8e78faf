// Taking one object out of a bundle, matched as Tekton's resolver matches.

import type { Pull } from '../oci/registry.ts'
import { asBundleError, BundleError } from './error.ts'
import { readLayer } from './layer.ts'
import type { Bundle, BundleEntry } from './read.ts'
import { parseDocuments } from './yaml.ts'

export interface Wanted {
  readonly kind: string
  /** Left out: the only object of that kind. */
  readonly name?: string
  readonly signal?: AbortSignal | undefined
}

export interface BundleObject {
  /** As it stands in the layer: JSON or YAML. */
  readonly text: string
  readonly object: Readonly<Record<string, unknown>>
  readonly entry: BundleEntry
}

/** Where an entry is read from. */
export interface Source {
  readonly registry: Pull
  readonly bundle: Bundle
  readonly signal?: AbortSignal | undefined
}

/**
 * Reads the first object whose kind (in any case) and name (exact) match, as Tekton's bundle resolver does
 * (https://tekton.dev/docs/pipelines/bundle-resolver/). Throws BundleError, or RegistryError while the registry is unavailable.
 */
export async function readObject(registry: Pull, bundle: Bundle, wanted: Wanted): Promise<BundleObject> {
  const entry = findEntry(bundle, wanted)
  const text = await readEntry({ registry, bundle, signal: wanted.signal }, entry)
  const [document, ...others] = parseDocuments(text)
  if (document === undefined || others.length > 0) {
    throw new BundleError('Corrupt', `the layer of ${entry.kind} ${entry.name} must hold exactly one object`)
  }
  return { text, object: document.object, entry }
}

/** The text in an entry's layer. */
export async function readEntry({ registry, bundle, signal }: Source, entry: BundleEntry): Promise<string> {
  const bytes = await registry.blob(bundle.reference, entry.descriptor, signal).catch(error => {
    throw asBundleError(error)
  })
  const file = await readLayer(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(file)
  } catch (error) {
    throw new BundleError('Corrupt', `the layer of ${entry.kind} ${entry.name} is not UTF-8`, {
      cause: error,
    })
  }
}

function findEntry({ entries }: Bundle, { kind, name }: Wanted): BundleEntry {
  const sameKind = entries.filter(entry => entry.kind.toLowerCase() === kind.toLowerCase())
  const [first, ...others] = name === undefined ? sameKind : sameKind.filter(entry => entry.name === name)
  if (first === undefined) {
    const which = name === undefined ? '' : ` and name: ${name}`
    throw new BundleError('NotFound', `could not find object in image with kind: ${kind}${which}`)
  }
  if (name === undefined && others.length > 0) {
    const names = sameKind.map(entry => entry.name).join(', ')
    throw new BundleError(
      'NotFound',
      `the bundle holds ${sameKind.length} objects of kind ${kind}: name one of ${names}`,
    )
  }
  return first
}
