// What can be wrong with a bundle, with Tekton's own words where Tekton has some.

import { RegistryError } from '../oci/error.ts'

/**
 * - `NotABundle`: not an image of Tekton objects, or a document that is no Tekton object.
 * - `TooManyObjects`, `MissingAnnotation`, `BadKind`: breaks Tekton's bundle contract.
 * - `NotFound`: no such image, or no such object in it.
 * - `Corrupt`: what it holds cannot be read. `TooLarge`: more than we take.
 * - `SchemaConflict`, `InvalidSchema`: its parameter schema is there twice and differs, or is no JSON object.
 */
export type BundleReason =
  | 'NotABundle'
  | 'TooManyObjects'
  | 'MissingAnnotation'
  | 'BadKind'
  | 'NotFound'
  | 'Corrupt'
  | 'TooLarge'
  | 'SchemaConflict'
  | 'InvalidSchema'

/** A bundle that will be just as wrong next time. A registry that may recover throws its RegistryError instead. */
export class BundleError extends Error {
  override readonly name = 'BundleError'
  readonly reason: BundleReason

  constructor(reason: BundleReason, message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}

/** A registry's final answer as a bundle's fault; `unavailable` and `unauthorized` stay what they are, since they may pass. */
export function asBundleError(error: unknown): unknown {
  if (!(error instanceof RegistryError)) return error
  const message = `cannot retrieve the oci image: ${error.message}`
  switch (error.reason) {
    case 'notFound':
      return new BundleError('NotFound', message, { cause: error })
    case 'invalid':
      return new BundleError('Corrupt', message, { cause: error })
    case 'tooLarge':
      return new BundleError('TooLarge', message, { cause: error })
    default:
      return error
  }
}
