// What a signature says: the two forms that cosign writes, read only after the key has vouched for them.

import type { Digest } from '../oci/digest.ts'
import { parseDigest } from '../oci/digest.ts'
import type { PublicKey } from './key.ts'

/** `application/vnd.dev.cosign.simplesigning.v1+json` (https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md). */
export interface SimpleSignature {
  readonly payload: Uint8Array
  /** Base64. */
  readonly signature: string
}

const SIMPLE_TYPE = 'cosign container image signature'
const STATEMENT_TYPE = 'application/vnd.in-toto+json'
/** Only this means "I signed this image"; the same key may attest other things about it. */
const PREDICATE = 'https://sigstore.dev/cosign/sign/v1'

function get(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  )
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const bytesOf = (value: unknown): Buffer => Buffer.from(typeof value === 'string' ? value : '', 'base64')

/** The digest that a simple signature of this key is about; undefined where it is none. */
export function digestInSimple({ payload, signature }: SimpleSignature, key: PublicKey): Digest | undefined {
  if (!key(payload, bytesOf(signature))) return undefined
  const said = parseJson(payload)
  const digest = get(said, 'critical', 'image', 'docker-manifest-digest')
  if (get(said, 'critical', 'type') !== SIMPLE_TYPE || typeof digest !== 'string') return undefined
  return parseDigest(digest)
}

/** What DSSE signs (https://github.com/secure-systems-lab/dsse/blob/master/protocol.md). */
function authenticated(payloadType: string, payload: Buffer): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `
  return Buffer.concat([Buffer.from(head), payload])
}

/**
 * The digests that a sigstore bundle of this key is about (https://docs.sigstore.dev/about/bundle/, an in-toto statement in a
 * DSSE envelope); none where it is no signature of an image by this key. Transparency logs and certificates play no part.
 */
export function digestsInBundle(bytes: Uint8Array, key: PublicKey): readonly Digest[] {
  const envelope = get(parseJson(bytes), 'dsseEnvelope')
  const payload = bytesOf(get(envelope, 'payload'))
  if (get(envelope, 'payloadType') !== STATEMENT_TYPE) return []
  const signed = authenticated(STATEMENT_TYPE, payload)
  const signatures = listOf(get(envelope, 'signatures'))
  if (!signatures.some(each => key(signed, bytesOf(get(each, 'sig'))))) return []
  const statement = parseJson(payload)
  if (get(statement, 'predicateType') !== PREDICATE) return []
  return listOf(get(statement, 'subject')).flatMap(subject => {
    const digest = parseDigest(`sha256:${String(get(subject, 'digest', 'sha256'))}`)
    return digest === undefined ? [] : [digest]
  })
}
