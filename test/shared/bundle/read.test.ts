// Tekton's bundle contract, case by case, with the resolver's own messages.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LocalRegistry } from '../../../local/registry/server.ts'
import { startRegistry } from '../../../local/registry/server.ts'
import { readBundle } from '../../../shared/bundle/read.ts'
import { MEDIA_TYPES } from '../../../shared/oci/manifest.ts'
import { parseReference } from '../../../shared/oci/reference.ts'
import { createRegistry } from '../../../shared/oci/registry.ts'
import type { Layer } from './images.ts'
import { annotate, emptyRepository, layer, storeImage, storeManifest } from './images.ts'

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

function without(key: string): Layer {
  const broken = layer('pipeline', 'restart')
  const annotations = Object.fromEntries(Object.entries(broken.annotations).filter(([own]) => own !== key))
  return { ...broken, annotations }
}

test('a bundle is read by tag and by digest, and pinned', async () => {
  const digest = storeImage(repository, [layer('pipeline', 'restart'), layer('task', 'check')], {
    tag: 'v1',
    annotations: { a: 'b' },
  })
  const byTag = await read(':v1')
  expect(byTag).toEqual(await read(`@${digest}`))
  expect(byTag).toMatchObject({
    digest,
    reference: { registry: local.host, repository: 'playbooks/restart', digest },
    annotations: { a: 'b' },
    entries: [
      { kind: 'pipeline', name: 'restart', apiVersion: 'v1' },
      { kind: 'task', name: 'check', apiVersion: 'v1' },
    ],
  })
  expect(byTag.reference).not.toHaveProperty('tag')
})

test('Docker media types are read as well as OCI ones', async () => {
  const digest = storeImage(repository, [layer('pipeline', 'restart')])
  const oci = JSON.parse(Buffer.from(repository.manifests.get(digest)?.bytes ?? []).toString())
  storeManifest(repository, { ...oci, mediaType: MEDIA_TYPES.dockerManifest }, 'docker')
  expect((await read(':docker')).entries).toHaveLength(1)
})

const tooMany = Array.from({ length: 21 }, (_, index) => layer('task', `task-${index}`))

describe('what breaks the contract is refused in Tekton’s words', () => {
  test.each([
    ['21 objects', tooMany, 'TooManyObjects', 'contained more than the maximum 20 allow objects'],
    ...['apiVersion', 'name', 'kind'].map(
      key =>
        [
          `no ${key}`,
          [layer('task', 'ok'), without(`dev.tekton.image.${key}`)],
          'MissingAnnotation',
          `the layer 1 does not contain a dev.tekton.image.${key} annotation`,
        ] as const,
    ),
    [
      'no annotations',
      [{ ...layer('', ''), annotations: {} }],
      'MissingAnnotation',
      'the layer 0 does not contain a dev.tekton.image.apiVersion annotation',
    ],
    [
      'an upper-case kind',
      [layer('Pipeline', 'a')],
      'BadKind',
      'the layer 0 the annotation dev.tekton.image.kind must be lowercased and singular, found Pipeline',
    ],
    [
      'a plural kind',
      [layer('pipelines', 'a')],
      'BadKind',
      'the layer 0 the annotation dev.tekton.image.kind must be lowercased and singular, found pipelines',
    ],
    ['no layers', [], 'NotABundle', 'it holds no objects'],
  ] as const)('%s', async (_what, layers, reason, message) => {
    storeImage(repository, layers, { tag: 'broken' })
    await expect(read(':broken')).rejects.toMatchObject({
      name: 'BundleError',
      reason,
      message: `invalid tekton bundle ${local.host}/playbooks/restart:broken, error: ${message}`,
    })
  })
})

test('20 objects are allowed, and empty annotations are annotations', async () => {
  const empty = { ...annotate('task', ''), 'dev.tekton.image.apiVersion': '' }
  storeImage(repository, [...tooMany.slice(0, 19), { ...layer('task', ''), annotations: empty }], {
    tag: 'full',
  })
  expect((await read(':full')).entries).toHaveLength(20)
})

describe('what cannot be had', () => {
  test('an unknown tag is not found', async () => {
    await expect(read(':nowhere')).rejects.toMatchObject({
      name: 'BundleError',
      reason: 'NotFound',
      message: expect.stringMatching(/^cannot retrieve the oci image: /),
    })
  })

  test('another manifest than the digest names is corrupt', async () => {
    const digest = storeImage(repository, [layer('pipeline', 'restart')])
    const other = storeImage(repository, [layer('pipeline', 'other')])
    const bytes = repository.manifests.get(other)
    if (bytes !== undefined) repository.manifests.set(digest, bytes)
    await expect(read(`@${digest}`)).rejects.toMatchObject({ reason: 'Corrupt' })
  })

  test('a manifest over 4 MiB is too large', async () => {
    storeImage(repository, [layer('task', 'a')], { tag: 'huge', annotations: { a: 'x'.repeat(5_000_000) } })
    await expect(read(':huge')).rejects.toMatchObject({ reason: 'TooLarge' })
  })

  test('a registry that is down stays worth a retry', async () => {
    local.fail('down')
    await expect(read(':v1')).rejects.toMatchObject({ name: 'RegistryError', reason: 'unavailable' })
    local.fail('none')
  })
})
