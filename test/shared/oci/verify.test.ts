// What the client does not believe: other bytes, other digests, broken manifests, sizes.

import { describe, expect, test } from 'vitest'
import { digestOf } from '../../../shared/oci/digest.ts'
import { MEDIA_TYPES } from '../../../shared/oci/manifest.ts'
import { answering, CONFIG, image, manifestAnswer, REF } from './answers.ts'

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
