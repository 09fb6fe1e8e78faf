// Public keys, and whether they made a signature, as cosign signs with them.

import { createPublicKey, type KeyObject, verify } from 'node:crypto'

/** Says whether this key signed these bytes. */
export type PublicKey = (bytes: Uint8Array, signature: Uint8Array) => boolean

/** cosign signs with the hash of the curve's size, and did with SHA-256 before; RSA is PKCS #1 v1.5 with SHA-256. */
const HASHES: Readonly<Record<string, readonly string[]>> = {
  prime256v1: ['sha256'],
  secp384r1: ['sha384', 'sha256'],
  secp521r1: ['sha512', 'sha256'],
}
const SMALLEST_RSA = 2048

/** A key that cannot be used; the message says what to give instead. */
export class InvalidKey extends Error {
  override readonly name = 'InvalidKey'
}

/** With which hashes cosign signs with such a key, the usual one first. Throws InvalidKey for one it does not take. */
export function hashesOf(key: KeyObject): readonly (string | null)[] {
  const { namedCurve = '', modulusLength = 0 } = key.asymmetricKeyDetails ?? {}
  if (key.asymmetricKeyType === 'ec' && HASHES[namedCurve] !== undefined) return HASHES[namedCurve]
  if (key.asymmetricKeyType === 'rsa' && modulusLength >= SMALLEST_RSA) return ['sha256']
  if (key.asymmetricKeyType === 'ed25519') return [null]
  throw new InvalidKey(
    `the key must be ECDSA (P-256, P-384 or P-521), RSA of at least ${SMALLEST_RSA} bits, or Ed25519`,
  )
}

/** Reads `-----BEGIN PUBLIC KEY-----`, as `cosign generate-key-pair` writes into cosign.pub. Throws InvalidKey. */
export function parsePublicKey(pem: string): PublicKey {
  // A private key or a certificate would be read too, and should not be where this is.
  if (!/^\s*-----BEGIN PUBLIC KEY-----/.test(pem))
    throw new InvalidKey(
      'the public key must be PEM and begin with -----BEGIN PUBLIC KEY-----: give cosign.pub',
    )
  let key: KeyObject
  try {
    key = createPublicKey(pem)
  } catch (cause) {
    throw new InvalidKey('the public key is no PEM of a key: give cosign.pub as it is', { cause })
  }
  const hashes = hashesOf(key)
  return (bytes, signature) => hashes.some(hash => verify(hash, bytes, key, signature))
}
