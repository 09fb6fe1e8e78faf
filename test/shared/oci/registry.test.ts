// The client against a registry: what is verified, what is capped, what is pushed and listed.

import { afterEach, describe, expect, test } from 'vitest'
import type { LocalRegistry } from '../../../local/registry/server.ts'
import { startRegistry } from '../../../local/registry/server.ts'
import { digestOf } from '../../../shared/oci/digest.ts'
import { MEDIA_TYPES } from '../../../shared/oci/manifest.ts'
import { parseReference } from '../../../shared/oci/reference.ts'
import { createRegistry } from '../../../shared/oci/registry.ts'
import { createNetwork } from './hosts.ts'

const CONFIG = new TextEncoder().encode('{}')
const QUICK = { retries: 1, pause: 1 }
const started: LocalRegistry[] = []
const REF = parseReference('registry.example.com/a/b:v1')

async function start(options: { referrers?: boolean } = {}) {
  const local = await startRegistry(options)
  started.push(local)
  return { local, client: createRegistry({ retry: QUICK }), ref: parseReference(`${local.host}/a/b:v1`) }
}

function image(more: object = {}) {
  const config = { mediaType: 'application/json', digest: digestOf(CONFIG), size: CONFIG.length }
  const manifest = { schemaVersion: 2, mediaType: MEDIA_TYPES.ociManifest, config, layers: [config], ...more }
  return new TextEncoder().encode(JSON.stringify(manifest))
}

function answering(...responses: (() => Response)[]) {
  const network = createNetwork({
    'https://registry.example.com': async () =>
      (responses.shift() ?? (() => new Response(null, { status: 500 })))(),
  })
  return {
    network,
    client: createRegistry({ fetch: network.fetch, retry: { retries: 0, pause: 1 }, maxBlob: 1000 }),
  }
}

const manifestAnswer =
  (bytes: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  () =>
    new Response(bytes, { headers: { 'content-type': MEDIA_TYPES.ociManifest, ...headers } })

afterEach(async () => {
  await Promise.all(started.splice(0).map(local => local.close()))
})

test('what is pushed is resolved, pulled by tag and by digest, and found equal', async () => {
  const { client, ref, local } = await start()
  await client.pushBlob(ref, CONFIG)
  const pushed = await client.pushManifest(ref, MEDIA_TYPES.ociManifest, image())
  expect(await client.resolve(ref)).toEqual(pushed)
  const byTag = await client.manifest(ref)
  const byDigest = await client.manifest({ ...ref, tag: 'gone', digest: pushed.digest })
  expect(byTag).toEqual(byDigest)
  expect(byTag.descriptor).toEqual(pushed)
  const [layer] = byTag.manifest.kind === 'image' ? byTag.manifest.layers : []
  expect(layer && (await client.blob(ref, layer))).toEqual(CONFIG)
  const before = local.requests.length
  await client.pushBlob(ref, CONFIG)
  expect(local.requests.slice(before).map(({ method }) => method)).toEqual(['HEAD'])
})

test('an interrupted upload starts again', async () => {
  const { client, ref, local } = await start()
  await client.resolve(ref).catch(() => undefined)
  local.fail({ status: 503, times: 1 })
  expect(await client.pushBlob(ref, CONFIG)).toBe(digestOf(CONFIG))
  expect(local.store.get('a/b')?.blobs.size).toBe(1)
})

describe('an upload goes where the registry says', () => {
  test.each([
    [
      '/v2/a/b/blobs/uploads/1?state=x',
      'https://registry.example.com/v2/a/b/blobs/uploads/1?state=x&digest=',
    ],
    ['https://uploads.example.net/1', 'https://uploads.example.net/1?digest='],
    ['1', 'https://registry.example.com/v2/a/b/blobs/uploads/1?digest='],
  ])('%s', async (location, expected) => {
    const network = createNetwork({
      'https://registry.example.com': async ({ method }) =>
        new Response(null, { status: { HEAD: 404, POST: 202 }[method] ?? 201, headers: { location } }),
      'https://uploads.example.net': async () => new Response(null, { status: 201 }),
    })
    await createRegistry({ fetch: network.fetch }).pushBlob(REF, CONFIG)
    const put = network.asked.at(-1)
    expect(put).toEqual({
      method: 'PUT',
      url: `${expected}${encodeURIComponent(digestOf(CONFIG))}`,
      authorization: null,
    })
  })
})

describe('a manifest is refused', () => {
  const other = digestOf(CONFIG)
  test.each([
    ['that is not the digest asked for', { ...REF, digest: other }, manifestAnswer(image())],
    ['that is not the digest promised', REF, manifestAnswer(image(), { 'docker-content-digest': other })],
    ['that is no JSON', REF, manifestAnswer(CONFIG.slice(0, 1))],
    ['that is no object', REF, manifestAnswer(new TextEncoder().encode('[]'))],
    ['that is an index too', REF, manifestAnswer(image({ manifests: [] }))],
    [
      'of another media type than announced',
      REF,
      manifestAnswer(image({ mediaType: MEDIA_TYPES.dockerManifest })),
    ],
    ['of an unknown media type', REF, () => new Response(image({ mediaType: 'text/html' }))],
    ['with a layer without a digest', REF, manifestAnswer(image({ layers: [{ size: 1 }] }))],
    ['with a negative size', REF, manifestAnswer(image({ layers: [{ digest: other, size: -1 }] }))],
    ['with an annotation that is no text', REF, manifestAnswer(image({ annotations: { a: 1 } }))],
  ])('%s', async (_what, ref, response) => {
    await expect(answering(response).client.manifest(ref)).rejects.toMatchObject({ reason: 'invalid' })
  })

  test('that is over 4 MiB, whatever its Content-Length says', async () => {
    const huge = new Uint8Array(4 * 1024 * 1024 + 1)
    const response = manifestAnswer(huge, { 'content-length': '10' })
    await expect(answering(response).client.manifest(REF)).rejects.toMatchObject({ reason: 'tooLarge' })
  })
})

describe('a blob is refused', () => {
  const descriptor = { mediaType: '', digest: digestOf(CONFIG), size: CONFIG.length }
  test.each([
    ['of other bytes', descriptor, 'ab', 'invalid'],
    ['that is longer', descriptor, '{} ', 'invalid'],
    ['that is shorter', descriptor, '{', 'invalid'],
    ['that never ends', descriptor, 'x'.repeat(1001), 'tooLarge'],
    ['that says it is too large', { ...descriptor, size: 1001 }, '', 'tooLarge'],
  ])('%s', async (_what, wanted, body, reason) => {
    await expect(answering(() => new Response(body)).client.blob(REF, wanted)).rejects.toMatchObject({
      reason,
    })
  })
})

describe('resolving', () => {
  const bytes = image()
  test.each([
    ['a registry without HEAD', () => new Response(null, { status: 405 })],
    [
      'a HEAD without a digest',
      () => new Response(null, { headers: { 'content-type': MEDIA_TYPES.ociManifest } }),
    ],
  ])('falls back to GET for %s', async (_what, head) => {
    const { client, network } = answering(head, manifestAnswer(bytes))
    expect((await client.resolve(REF)).digest).toBe(digestOf(bytes))
    expect(network.asked.map(({ method }) => method)).toEqual(['HEAD', 'GET'])
  })

  test('does not take another digest for the one asked for', async () => {
    const headers = { 'docker-content-digest': digestOf(bytes), 'content-type': 'x', 'content-length': '1' }
    const { client } = answering(() => new Response(null, { headers }))
    const answer = client.resolve({ ...REF, digest: digestOf(CONFIG) })
    await expect(answer).rejects.toMatchObject({ reason: 'invalid' })
  })

  test('what is not there says what to check, with the registry and the repository', async () => {
    const { client, ref, local } = await start()
    const error: unknown = await client.manifest(ref).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ reason: 'notFound', status: 404 })
    expect(String(error)).toBe(
      `RegistryError: ${local.host} answered 404 NAME_UNKNOWN for manifest v1 of a/b: check the name, the tag or digest, and that it was pushed`,
    )
  })
})

describe.each([true, false])('referrers, with the API: %s', referrers => {
  test('are listed', async () => {
    const { client, ref } = await start({ referrers })
    await client.pushBlob(ref, CONFIG)
    const subject = await client.pushManifest(ref, MEDIA_TYPES.ociManifest, image())
    const asked = { ...ref, digest: subject.digest }
    expect(await client.referrers(asked)).toEqual([])
    const bytes = image({ subject, artifactType: 'application/vnd.example.signature' })
    const signature = await client.pushManifest({ ...ref, tag: 'signature' }, MEDIA_TYPES.ociManifest, bytes)
    const described = { ...signature, artifactType: 'application/vnd.example.signature' }
    if (!referrers) {
      const index = { schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests: [described] }
      const tag = subject.digest.replace(':', '-')
      await client.pushManifest(
        { ...ref, tag },
        MEDIA_TYPES.ociIndex,
        new TextEncoder().encode(JSON.stringify(index)),
      )
    }
    expect(await client.referrers(asked)).toEqual([described])
  })
})

test('referrers come page by page, from the same host only', async () => {
  const page = (link: string) => () =>
    new Response(JSON.stringify({ manifests: [{ digest: digestOf(CONFIG), size: 1 }] }), {
      headers: { 'content-type': MEDIA_TYPES.ociIndex, link },
    })
  const { client } = answering(
    page('</v2/a/b/next>; rel="next"'),
    page('<https://elsewhere.example.net/>; rel="next"'),
  )
  expect(await client.referrers({ ...REF, digest: digestOf(CONFIG) })).toHaveLength(2)
})
