// Signatures as cosign 3.0.4 wrote them (test/data/signatures), and forgeries of them.

import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { type LocalRegistry, startRegistry } from '../../../local/registry/server.ts'
import { type Digest, digestOf, parseDigest } from '../../../shared/oci/digest.ts'
import { MEDIA_TYPES } from '../../../shared/oci/manifest.ts'
import { parseReference, type Reference } from '../../../shared/oci/reference.ts'
import { createRegistry, type Registry } from '../../../shared/oci/registry.ts'
import { InvalidKey, parsePublicKey } from '../../../shared/signature/key.ts'
import { verifySignature } from '../../../shared/signature/verify.ts'

interface Sample {
  readonly key: string
  readonly publicKey: string
  readonly digest: string
  readonly simple: { readonly payload: string; readonly signature: string }
  readonly bundle: {
    readonly dsseEnvelope: {
      readonly payload: string
      readonly payloadType: string
      readonly signatures: readonly { readonly sig: string }[]
    }
  }
}

const FILE = join(import.meta.dirname, '../../data/signatures/cosign-3.0.4.json')
const SAMPLES: readonly Sample[] = JSON.parse(readFileSync(FILE, 'utf8'))
const SAMPLE = SAMPLES[0] as Sample

const started: LocalRegistry[] = []
afterEach(async () => {
  await Promise.all(started.splice(0).map(each => each.close()))
})

interface Scene {
  readonly registry: Registry
  readonly image: Reference & { readonly digest: Digest }
  readonly addSimple: (simple: Sample['simple']) => Promise<void>
  readonly addBundle: (bundle: unknown, about?: Digest) => Promise<void>
}

/** A registry that holds an image of this digest's name, and signatures beside it. */
async function scene(digest: string = SAMPLE.digest, referrers = true): Promise<Scene> {
  const local = await startRegistry({ referrers })
  started.push(local)
  const registry = createRegistry({ retry: { retries: 0, pause: 1 } })
  const about = parseDigest(digest) ?? digestOf(Buffer.from(digest))
  const { registry: host, repository } = parseReference(`${local.host}/playbooks/scale`)
  const image = { registry: host, repository, digest: about }
  const bytes = (value: unknown): Uint8Array<ArrayBuffer> =>
    new Uint8Array(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)))

  async function push(
    layer: { mediaType: string; content: unknown; annotations?: object },
    more: { tag?: string; subject?: object },
  ) {
    const { tag, ...rest } = more
    const content = bytes(layer.content)
    const config = bytes({})
    const digests = [await registry.pushBlob(image, content), await registry.pushBlob(image, config)]
    const manifest = bytes({
      schemaVersion: 2,
      mediaType: MEDIA_TYPES.ociManifest,
      config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: digests[1], size: config.length },
      layers: [
        {
          mediaType: layer.mediaType,
          digest: digests[0],
          size: content.length,
          annotations: layer.annotations,
        },
      ],
      ...rest,
    })
    const at = {
      registry: host,
      repository,
      ...(tag === undefined ? { digest: digestOf(manifest) } : { tag }),
    }
    const {
      mediaType,
      size,
      digest: own,
    } = await registry.pushManifest(at, MEDIA_TYPES.ociManifest, manifest)
    return { mediaType, size, digest: own }
  }

  return {
    registry,
    image,
    async addSimple({ payload, signature }) {
      const annotations = { 'dev.cosignproject.cosign/signature': signature }
      const mediaType = 'application/vnd.dev.cosign.simplesigning.v1+json'
      await push({ mediaType, content: payload, annotations }, { tag: `${about.replace(':', '-')}.sig` })
    },
    async addBundle(bundle, subject = about) {
      const mediaType = 'application/vnd.dev.sigstore.bundle.v0.3+json'
      const descriptor = { mediaType: MEDIA_TYPES.ociManifest, digest: subject, size: 2 }
      const pushed = await push({ mediaType, content: bundle }, { subject: descriptor })
      if (referrers) return
      // As cosign does for such a registry.
      const index = bytes({
        schemaVersion: 2,
        mediaType: MEDIA_TYPES.ociIndex,
        manifests: [{ ...pushed, artifactType: 'application/vnd.oci.empty.v1+json' }],
      })
      await registry.pushManifest(
        { registry: host, repository, tag: about.replace(':', '-') },
        MEDIA_TYPES.ociIndex,
        index,
      )
    },
  }
}

const verdict = ({ registry, image }: Scene, key: string = SAMPLE.publicKey) =>
  verifySignature({ registry, image }, parsePublicKey(key))

const pem = (key: KeyObject): string => String(key.export({ type: 'spki', format: 'pem' }))

/** A sigstore bundle as cosign makes it, by any key. */
function bundleBy(
  key: KeyObject,
  digest: string,
  predicateType = 'https://sigstore.dev/cosign/sign/v1',
  hash: string | null = 'sha256',
) {
  const payloadType = 'application/vnd.in-toto+json'
  const statement = { subject: [{ digest: { sha256: digest.replace('sha256:', '') } }], predicateType }
  const payload = Buffer.from(JSON.stringify(statement))
  const signed = Buffer.concat([
    Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `),
    payload,
  ])
  const sig = sign(hash, signed, key).toString('base64')
  return { dsseEnvelope: { payload: payload.toString('base64'), payloadType, signatures: [{ sig }] } }
}

describe.each(SAMPLES)('a signature of cosign with $key', sample => {
  test.each([true, false])('in a bundle is trusted; the registry lists referrers: %s', async referrers => {
    const there = await scene(sample.digest, referrers)
    await there.addBundle(sample.bundle)
    expect(await verdict(there, sample.publicKey)).toEqual({ ok: true, form: 'bundle' })
  })

  test('in the older form is trusted', async () => {
    const there = await scene(sample.digest)
    await there.addSimple(sample.simple)
    expect(await verdict(there, sample.publicKey)).toEqual({ ok: true, form: 'simple' })
  })

  test('is not trusted by another key', async () => {
    const there = await scene(sample.digest)
    await there.addSimple(sample.simple)
    await there.addBundle(sample.bundle)
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    expect(await verdict(there, pem(publicKey))).toMatchObject({ ok: false, reason: 'untrusted' })
  })

  test('is not trusted for another image', async () => {
    const there = await scene(digestOf(Buffer.from('another')))
    await there.addSimple(sample.simple)
    await there.addBundle(sample.bundle)
    expect(await verdict(there, sample.publicKey)).toMatchObject({ ok: false, reason: 'untrusted' })
  })
})

test('a signature by Ed25519 is trusted', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const there = await scene()
  await there.addBundle(bundleBy(privateKey, SAMPLE.digest, undefined, null))
  expect(await verdict(there, pem(publicKey))).toEqual({ ok: true, form: 'bundle' })
})

test('an image without signatures is unsigned, and the verdict says what to do', async () => {
  const there = await scene()
  expect(await verdict(there)).toEqual({
    ok: false,
    reason: 'unsigned',
    message: `${there.image.registry}/playbooks/scale@${SAMPLE.digest} is not signed: sign it with cosign sign --key, by this digest`,
  })
})

describe('a forgery', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const good = bundleBy(privateKey, SAMPLE.digest)

  test('of what the key says about an image otherwise is not trusted', async () => {
    const there = await scene()
    await there.addBundle(bundleBy(privateKey, SAMPLE.digest, 'https://slsa.dev/provenance/v1'))
    expect(await verdict(there, pem(publicKey))).toMatchObject({ ok: false, reason: 'untrusted' })
  })

  test.each<[string, unknown]>([
    [
      'with another payload',
      { dsseEnvelope: { ...good.dsseEnvelope, payload: SAMPLE.bundle.dsseEnvelope.payload } },
    ],
    ['of another type', { dsseEnvelope: { ...good.dsseEnvelope, payloadType: 'text/plain' } }],
    ['without signatures', { dsseEnvelope: { ...good.dsseEnvelope, signatures: [] } }],
    ['with an empty signature', { dsseEnvelope: { ...good.dsseEnvelope, signatures: [{ sig: '' }] } }],
    ['that is no bundle', { some: 'thing' }],
    ['that is no JSON', '{'],
  ])('%s is not trusted', async (_what, bundle) => {
    const there = await scene()
    await there.addBundle(bundle)
    expect(await verdict(there, pem(publicKey))).toMatchObject({ ok: false, reason: 'untrusted' })
  })

  test('beside a good one does not hide it', async () => {
    const there = await scene()
    await there.addBundle({ some: 'thing' })
    await there.addBundle(good)
    expect(await verdict(there, pem(publicKey))).toMatchObject({ ok: true })
  })

  test('that refers to another image in its manifest does not count', async () => {
    const there = await scene(SAMPLE.digest, false)
    await there.addBundle(good, digestOf(Buffer.from('another')))
    expect(await verdict(there, pem(publicKey))).toMatchObject({ ok: false, reason: 'unsigned' })
  })
})

test('a registry that is down is no verdict', async () => {
  const there = await scene()
  await Promise.all(started.splice(0).map(each => each.close()))
  await expect(verdict(there)).rejects.toMatchObject({ name: 'RegistryError', reason: 'unavailable' })
})

describe('a key', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const curve = generateKeyPairSync('ec', { namedCurve: 'secp256k1' })
  const secret = generateKeyPairSync('ed25519').privateKey
  test.each([
    ['that is no PEM', 'key', 'must be PEM'],
    [
      'that is private',
      String(secret.export({ type: 'pkcs8', format: 'pem' })),
      'must be PEM and begin with',
    ],
    ['that is cut', '-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----', 'is no PEM of a key'],
    ['that is short', pem(rsa.publicKey), 'RSA of at least 2048 bits'],
    ['of another curve', pem(curve.publicKey), 'must be ECDSA'],
  ])('%s is refused', (_what, text, message) => {
    expect(() => parsePublicKey(text)).toThrow(message)
    expect(() => parsePublicKey(text)).toThrow(InvalidKey)
  })
})
