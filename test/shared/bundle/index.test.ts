// A bundle behind an index: which child it is, and under which digest.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LocalRegistry } from '../../../local/registry/server.ts'
import { startRegistry } from '../../../local/registry/server.ts'
import { readBundle } from '../../../shared/bundle/read.ts'
import { MEDIA_TYPES } from '../../../shared/oci/manifest.ts'
import { parseReference } from '../../../shared/oci/reference.ts'
import { createRegistry } from '../../../shared/oci/registry.ts'
import { emptyRepository, layer, storeImage, storeManifest } from './images.ts'

const repository = emptyRepository()
const client = createRegistry({ retry: { retries: 0, pause: 1 } })
let local: LocalRegistry

beforeAll(async () => {
  local = await startRegistry()
  local.store.set('playbooks/restart', repository)
})

afterAll(() => local.close())

const read = (suffix: string) =>
  readBundle(client, parseReference(`${local.host}/playbooks/restart${suffix}`))

describe('of an index', () => {
  const image = (name: string) => storeImage(repository, [layer('pipeline', name)])
  const child = (name: string, platform?: object) => ({
    mediaType: MEDIA_TYPES.ociManifest,
    digest: image(name),
    size: 1,
    platform,
  })
  const index = (manifests: object[]) => ({ schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests })
  const arm = { os: 'linux', architecture: 'arm64' }
  const amd = { os: 'linux', architecture: 'amd64' }

  test.each([
    ['linux/amd64', [child('arm', arm), child('amd', amd)], 'amd'],
    ['without a platform', [child('arm', arm), child('plain'), child('amd', amd)], 'plain'],
  ])('the child %s is the bundle, under its own digest', async (_what, manifests, name) => {
    storeManifest(repository, index(manifests), 'index')
    const bundle = await read(':index')
    expect(bundle.entries[0]?.name).toBe(name)
    expect(bundle.digest).toBe(image(name))
    expect(bundle.reference.digest).toBe(image(name))
  })

  test('without a child for linux/amd64 nothing is', async () => {
    storeManifest(repository, index([child('arm', arm)]), 'index')
    await expect(read(':index')).rejects.toMatchObject({
      reason: 'NotABundle',
      message: expect.stringContaining('no child with platform linux/amd64 in index'),
    })
  })

  test('indexes of indexes end somewhere', async () => {
    let inner = storeManifest(repository, index([child('amd', amd)]))
    for (let depth = 0; depth < 5; depth++) {
      inner = storeManifest(
        repository,
        index([{ mediaType: MEDIA_TYPES.ociIndex, digest: inner, size: 1, depth }]),
        'deep',
      )
    }
    await expect(read(':deep')).rejects.toMatchObject({ reason: 'NotABundle' })
  })
})
