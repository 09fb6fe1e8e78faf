// Private keys: cosign's own form, and PEM as openssl writes it.

import { createPrivateKey, type KeyObject, scrypt, sign } from 'node:crypto'
import { promisify } from 'node:util'
import { secretbox } from '@noble/ciphers/salsa.js'
import { isObject } from '../analysis/document.ts'
import { hashesOf, InvalidKey } from './key.ts'

/** Signs these bytes. */
export type PrivateKey = (bytes: Uint8Array) => Buffer

const OF_COSIGN = /-----BEGIN ENCRYPTED (?:SIGSTORE|COSIGN) PRIVATE KEY-----([\sA-Za-z0-9+/=]+)-----END/
/** cosign's own cost is 2^16; more than 2^20 would be an attack on whoever opens the key. */
const MOST_COST = 2 ** 20
const KEY_BYTES = 32
/** In simple signatures cosign has it for every curve. */
const HASH = 'sha256'

const derive = promisify<string, Buffer, number, object, Buffer>(scrypt)

interface Box {
  readonly cost: { readonly N: number; readonly r: number; readonly p: number }
  readonly salt: Buffer
  readonly nonce: Buffer
  readonly ciphertext: Buffer
}

function bytesOf(value: unknown): Buffer {
  return Buffer.from(typeof value === 'string' ? value : '', 'base64')
}

/** The envelope of go-securesystemslib (https://github.com/secure-systems-lab/go-securesystemslib/blob/main/encrypted/encrypted.go). */
function readBox(body: string): Box {
  const envelope: unknown = JSON.parse(Buffer.from(body, 'base64').toString('utf8'))
  const { kdf, cipher, ciphertext } = isObject(envelope) ? envelope : {}
  if (!isObject(kdf) || kdf.name !== 'scrypt' || !isObject(cipher) || cipher.name !== 'nacl/secretbox')
    throw new InvalidKey('the private key is encrypted in a way that cosign does not use')
  const { N, r, p } = isObject(kdf.params) ? kdf.params : {}
  const cost = { N: Number(N), r: Number(r), p: Number(p) }
  if (!(cost.N <= MOST_COST && cost.r <= 8 && cost.p <= 4))
    throw new InvalidKey('the private key costs more to open than any that cosign makes')
  return { cost, salt: bytesOf(kdf.salt), nonce: bytesOf(cipher.nonce), ciphertext: bytesOf(ciphertext) }
}

async function openBox({ cost, salt, nonce, ciphertext }: Box, password: string): Promise<KeyObject> {
  const key = await derive(password, salt, KEY_BYTES, { ...cost, maxmem: 256 * cost.N * cost.r })
  let der: Uint8Array
  try {
    der = secretbox(key, nonce).open(ciphertext)
  } catch (cause) {
    throw new InvalidKey('the password does not open the private key', { cause })
  }
  return createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' })
}

function openPem(pem: string, password: string): KeyObject {
  try {
    return createPrivateKey({ key: pem, passphrase: password })
  } catch (cause) {
    throw new InvalidKey(
      'the private key is no PEM of a key, or the password does not open it: give cosign.key',
      {
        cause,
      },
    )
  }
}

/** Whether a password is needed to open it. */
export function isEncrypted(pem: string): boolean {
  return OF_COSIGN.test(pem) || /-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED/.test(pem)
}

/** Reads `cosign.key` as `cosign generate-key-pair` writes it, or a PEM private key. Throws InvalidKey. */
export async function openPrivateKey(pem: string, password: string): Promise<PrivateKey> {
  const body = OF_COSIGN.exec(pem)?.[1]
  const key = body === undefined ? openPem(pem, password) : await openBox(readBox(body), password)
  if (key.asymmetricKeyType === 'ed25519')
    throw new InvalidKey(
      'cosign signs with Ed25519 in a variant that Node does not have: use cosign generate-key-pair',
    )
  // Throws for keys that cosign does not take.
  hashesOf(key)
  return bytes => sign(HASH, bytes, key)
}
