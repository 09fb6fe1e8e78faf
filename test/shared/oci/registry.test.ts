// The client against a registry: what is pushed, pulled and listed.

import { afterEach, describe, expect, test } from 'vitest'
import type { LocalRegistry } from '../../../local/registry/server.ts'
import { startRegistry } from '../../../local/registry/server.ts'
import { digestOf } from '../../../shared/oci/digest.ts'
import { MEDIA_TYPES } from '../../../shared/oci/manifest.ts'
import { parseReference } from '../../../shared/oci/reference.ts'
import { createRegistry } from '../../../shared/oci/registry.ts'
import { CONFIG, image, REF } from './answers.ts'
import { createNetwork } from './hosts.ts'

const started: LocalRegistry[] = []

async function start(options: { referrers?: boolean } = {}) {
  const local = await startRegistry(options)
  started.push(local)
  return {
    local,
    client: createRegistry({ retry: { retries: 1, pause: 1 } }),
    ref: parseReference(`${local.host}/a/b:v1`),
  }
}

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
    ['http://registry.example.com/v2/up', 'https://registry.example.com/v2/up?digest='],
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

test('what is not there says what to check, with the registry and the repository', async () => {
  const { client, ref, local } = await start()
  const error: unknown = await client.manifest(ref).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ reason: 'notFound', status: 404 })
  expect(String(error)).toBe(
    `RegistryError: ${local.host} answered 404 NAME_UNKNOWN for manifest v1 of a/b: check the name, the tag or digest, and that it was pushed`,
  )
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
