// The digest that a request expects of what it fetches, with Tekton's messages.

import { createHash, timingSafeEqual } from 'node:crypto'
import { ResolutionError } from '../error.ts'

const HEX_DIGITS: Readonly<Record<string, number>> = { sha256: 64, sha512: 128 }

export interface ExpectedDigest {
  readonly algorithm: string
  readonly hex: string
}

function invalid(rule: string): ResolutionError {
  return new ResolutionError(`error validating digest: ${rule}`)
}

/** Reads `sha256:<hex>` or `sha512:<hex>`. Throws ResolutionError. */
export function parseExpectedDigest(text: string): ExpectedDigest {
  const [algorithm = '', hex] = text.split(/:(.*)/s)
  if (hex === undefined) throw invalid(`invalid digest format: ${text}`)
  const digits = HEX_DIGITS[algorithm]
  if (digits === undefined) throw invalid(`invalid digest algorithm: ${algorithm}`)
  if (hex.length !== digits)
    throw invalid(`invalid ${algorithm} digest value, expected length: ${digits}, got: ${hex.length}`)
  if (!/^[\da-f]+$/i.test(hex)) throw invalid('error decoding expected SHA string: it is not hexadecimal')
  return { algorithm, hex: hex.toLowerCase() }
}

/** Throws ResolutionError where the bytes have another digest. */
export function checkDigest(bytes: Uint8Array, { algorithm, hex }: ExpectedDigest): void {
  const actual = createHash(algorithm).update(bytes).digest()
  if (timingSafeEqual(actual, Buffer.from(hex, 'hex'))) return
  throw invalid(`sha mismatch, expected ${hex}, got ${actual.toString('hex')}`)
}
