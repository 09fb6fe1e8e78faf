// Bundles that must be signed, as rules of the ConfigMap say; how signatures look is in test/shared/signature.

import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { digestOf } from '../../../shared/oci/digest.ts'
import { MEDIA_TYPES } from '../../../shared/oci/manifest.ts'
import { parseReference } from '../../../shared/oci/reference.ts'
import { createRegistry, type Registry } from '../../../shared/oci/registry.ts'
import { createBundlesResolver } from '../../../shared/resolution/bundles/resolver.ts'
import { checkSignatures } from '../../../shared/resolution/bundles/signatures.ts'
import { push } from '../../kit/playbooks.ts'
import { type Stage, startStage } from '../../kit/stage.ts'
import { never, question } from './kit.ts'

const [ours, theirs] = [1, 2].map(() => generateKeyPairSync('ec', { namedCurve: 'P-256' })) as [Pair, Pair]
type Pair = { readonly publicKey: KeyObject; readonly privateKey: KeyObject }

const pem = ({ publicKey }: Pair): string => String(publicKey.export({ type: 'spki', format: 'pem' }))
const rulesFor = (bundles: string, ...pairs: Pair[]) => ({ bundles: [bundles], keys: pairs.map(pem) })

/** As `cosign sign --key` of version 2 does. */
async function signBundle(bundle: string, { privateKey }: Pair): Promise<void> {
  const registry = createRegistry()
  const { registry: host, repository } = parseReference(bundle)
  const { digest } = await registry.resolve(parseReference(bundle))
  const image = { 'docker-manifest-digest': digest }
  const critical = {
    identity: { 'docker-reference': '' },
    image,
    type: 'cosign container image signature',
  }
  const payload = new Uint8Array(Buffer.from(JSON.stringify({ critical, optional: null })))
  const config = new Uint8Array(Buffer.from('{}'))
  const at = { registry: host, repository, tag: `${digest.replace(':', '-')}.sig` }
  const signature = sign('sha256', payload, privateKey).toString('base64')
  for (const blob of [payload, config]) await registry.pushBlob(at, blob)
  const layer = {
    mediaType: 'application/vnd.dev.cosign.simplesigning.v1+json',
    digest: digestOf(payload),
    size: payload.length,
    annotations: { 'dev.cosignproject.cosign/signature': signature },
  }
  const empty = {
    mediaType: 'application/vnd.oci.empty.v1+json',
    digest: digestOf(config),
    size: config.length,
  }
  const manifest = { schemaVersion: 2, mediaType: MEDIA_TYPES.ociManifest, config: empty, layers: [layer] }
  const bytes = new Uint8Array(Buffer.from(JSON.stringify(manifest)))
  await registry.pushManifest(at, MEDIA_TYPES.ociManifest, bytes)
}

let stage: Stage
const bundles = { signed: '', unsigned: '' }

beforeAll(async () => {
  stage = await startStage()
  bundles.signed = await push(stage, 'team/signed:v1')
  bundles.unsigned = await push(stage, 'team/unsigned:v1')
  await signBundle(bundles.signed, ours)
})
afterAll(() => stage[Symbol.asyncDispose]())

function ask(bundle: string, signatures: unknown) {
  const text = typeof signatures === 'string' ? signatures : stringify(signatures)
  const params = { bundle, name: 'scale', kind: 'pipeline' }
  const resolver = createBundlesResolver({ fetch: globalThis.fetch, plainHttpRegistries: [] })
  return resolver.resolve(question({ params, settings: { signatures: text } }), never)
}

test.each<[string, keyof typeof bundles, unknown]>([
  ['a key of its rule signed it', 'signed', [rulesFor('**/team/*', ours)]],
  ['one of the keys of its rule did', 'signed', [rulesFor('**/team/*', theirs, ours)]],
  ['no rule is about it', 'unsigned', [rulesFor('**/other/*', ours)]],
  ['there are no rules', 'unsigned', ' '],
])('a bundle is fetched where %s', async (_, which, rules) => {
  expect((await ask(bundles[which], rules)).data).toContain('Pipeline')
})

test.each<[string, keyof typeof bundles, unknown, string]>([
  ['nobody signed it', 'unsigned', [rulesFor('**', ours)], 'is not signed: sign it with cosign'],
  ['somebody else did', 'signed', [rulesFor('**', theirs)], 'by the given key'],
  [
    'only one of two rules holds',
    'signed',
    [rulesFor('**', ours), rulesFor('**', theirs)],
    'by the given key',
  ],
])('a bundle is refused where %s', async (_, which, rules, why) => {
  const failure = ask(bundles[which], rules)
  await expect(failure).rejects.toThrow('the bundle must be signed: ')
  await expect(failure).rejects.toThrow(why)
})

describe('a rule holds for a registry under every name that it has', () => {
  const digest = digestOf(new Uint8Array())
  const registry = new Proxy({} as Registry, {
    get: () => () => {
      throw new Error('a signature was looked for')
    },
  })
  test.each([
    ['registry.example.com/team/*', 'registry.example.com:443/team/a'],
    ['registry.example.com:443/team/*', 'registry.example.com/team/a'],
    ['docker.io/team/*', 'team/a'],
    ['docker.io/team/*', 'docker.io/team/a'],
    ['index.docker.io/team/*', 'registry-1.docker.io:443/team/a'],
    ['*.docker.io/team/*', 'docker.io/team/a'],
  ])('%s: %s', async (pattern, bundle) => {
    const fetched = {
      registry,
      reference: parseReference(bundle),
      bundle: { digest, target: digest },
      signal: never,
    }
    const signatures = stringify([rulesFor(pattern, ours)])
    await expect(checkSignatures({ signatures }, fetched)).rejects.toThrow('a signature was looked for')
    const others = stringify([rulesFor('registry.example.com:5000/team/*', ours)])
    await expect(checkSignatures({ signatures: others }, fetched)).resolves.toBeUndefined()
  })
})

describe('rules that nobody understands let nothing through', () => {
  test.each<[string, unknown]>([
    ['no YAML', '- {'],
    ['no list', { bundles: ['**'], keys: [pem(ours)] }],
    ['a rule without keys', [{ bundles: ['**'], keys: [] }]],
    ['a rule without bundles', [{ keys: [pem(ours)] }]],
    ['a key that is none', [{ bundles: ['**'], keys: ['secret'] }]],
  ])('%s', async (_, rules) => {
    await expect(ask(bundles.signed, rules)).rejects.toThrow(/^signatures in .* an operator must correct it$/)
  })
})
