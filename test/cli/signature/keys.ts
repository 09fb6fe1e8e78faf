// Keys as cosign writes them, cheap to open.

import { generateKeyPairSync, randomBytes, scryptSync } from 'node:crypto'
import { secretbox } from '@noble/ciphers/salsa.js'

export interface KeyPair {
  /** cosign.key. */
  readonly encrypted: string
  /** PKCS #8 without a password. */
  readonly plain: string
  /** cosign.pub. */
  readonly publicKey: string
}

/** The cost is far below cosign's, which takes half a second. */
export function makeKeyPair(
  password: string,
  namedCurve = 'P-256',
  params = { N: 2 ** 4, r: 8, p: 1 },
): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve })
  const [salt, nonce] = [randomBytes(32), randomBytes(24)]
  const { N, r, p } = params
  // A cost that is refused is never paid.
  const key = scryptSync(password, salt, 32, { N: Math.min(N, 16), r, p })
  const ciphertext = secretbox(key, nonce).seal(privateKey.export({ format: 'der', type: 'pkcs8' }))
  const envelope = {
    kdf: { name: 'scrypt', params, salt: salt.toString('base64') },
    cipher: { name: 'nacl/secretbox', nonce: nonce.toString('base64') },
    ciphertext: Buffer.from(ciphertext).toString('base64'),
  }
  const body = Buffer.from(JSON.stringify(envelope)).toString('base64').replace(/.{64}/g, '$&\n')
  return {
    encrypted: `-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n${body}\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----\n`,
    plain: String(privateKey.export({ format: 'pem', type: 'pkcs8' })),
    publicKey: String(publicKey.export({ format: 'pem', type: 'spki' })),
  }
}
