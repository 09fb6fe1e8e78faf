// From a base image in one registry to our image in another, over real HTTP.

import { afterEach, expect, test } from 'vitest'
import type { LocalRegistry } from '../../../local/registry/server.ts'
import { startRegistry } from '../../../local/registry/server.ts'
import { readBase } from '../../../shared/image/base.ts'
import { composeImage } from '../../../shared/image/compose.ts'
import { pushImage } from '../../../shared/image/push.ts'
import { parseReference, type Reference } from '../../../shared/oci/reference.ts'
import { createRegistry } from '../../../shared/oci/registry.ts'
import { CONFIG, LAYER, pushBase, pushIndex } from './base.ts'

const ADDITION = {
  files: { '/app/main.cjs': Buffer.from('run()') },
  workingDir: '/app',
  cmd: ['/app/main.cjs'],
}
const registry = createRegistry({ retry: { retries: 0, pause: 1 } })
const started: LocalRegistry[] = []

async function start(): Promise<LocalRegistry> {
  const local = await startRegistry()
  started.push(local)
  return local
}

afterEach(async () => {
  await Promise.all(started.splice(0).map(local => local.close()))
})

async function push(from: Reference, to: Reference) {
  const base = await readBase(registry, from, 'linux/amd64')
  return pushImage({ registry, from, to }, composeImage(base, ADDITION))
}

test('a registry mounts the layers that another of its repositories has', async () => {
  const { host, store, requests } = await start()
  const from = parseReference(`${host}/node:24`)
  const to = parseReference(`${host}/team/functions:1`)
  await pushBase(registry, from)
  const before = requests.length
  const { digest, ...counts } = await push(from, to)
  expect(counts).toEqual({ present: 0, mounted: 1, copied: 0 })
  expect(store.get('team/functions')?.blobs.get(LAYER.digest)).toEqual(LAYER.bytes)
  expect((await registry.resolve(to)).digest).toBe(digest)
  const pulls = requests
    .slice(before)
    .filter(({ method, path }) => method === 'GET' && path.includes(LAYER.digest))
  expect(pulls).toEqual([])
})

test('between registries the layers are copied, and the second time there is nothing to do', async () => {
  const [one, other] = [await start(), await start()]
  const from = parseReference(`${one.host}/node:24`)
  const to = parseReference(`${other.host}/functions:1`)
  await pushBase(registry, from)
  const first = await push(from, to)
  expect(first).toMatchObject({ present: 0, mounted: 0, copied: 1 })
  expect(other.store.get('functions')?.blobs.get(LAYER.digest)).toEqual(LAYER.bytes)
  const before = other.requests.length
  expect(await push(from, to)).toEqual({ digest: first.digest, present: 1, mounted: 0, copied: 0 })
  const writes = other.requests.slice(before).filter(({ method }) => method !== 'HEAD')
  expect(writes.map(({ method, path }) => `${method} ${path}`)).toEqual(['PUT /v2/functions/manifests/1'])
})

test('where a registry does not mount, the layer is copied', async () => {
  const { host, store } = await start()
  const [from, to] = [parseReference(`${host}/node:24`), parseReference(`${host}/functions:1`)]
  await pushBase(registry, from)
  // The repository that is named has no such blob: answered 202, as a registry answers that cannot mount.
  const unwilling = {
    ...registry,
    mountBlob: (at: Reference, digest: typeof LAYER.digest) => registry.mountBlob(at, digest, 'no/such'),
  }
  const base = await readBase(registry, from, 'linux/amd64')
  const pushed = await pushImage({ registry: unwilling, from, to }, composeImage(base, ADDITION))
  expect(pushed).toMatchObject({ mounted: 0, copied: 1 })
  expect(store.get('functions')?.blobs.has(LAYER.digest)).toBe(true)
})

test('of an index the image of the platform is the base', async () => {
  const { host } = await start()
  const ref = parseReference(`${host}/node:24`)
  await pushIndex(registry, ref)
  for (const architecture of ['amd64', 'arm64'] as const) {
    const base = await readBase(registry, ref, `linux/${architecture}`)
    expect(base.config).toMatchObject({ architecture })
    expect(base.digest).toBe((await registry.resolve({ ...ref, tag: architecture })).digest)
  }
  await expect(readBase(registry, ref, 'linux/s390x')).rejects.toThrow(
    'is an index without linux/s390x: choose another',
  )
})

test('an image for another platform is no base', async () => {
  const { host } = await start()
  const ref = parseReference(`${host}/node:24`)
  await pushBase(registry, ref, { ...CONFIG, architecture: 'arm64' })
  await expect(readBase(registry, ref, 'linux/amd64')).rejects.toThrow(
    `the base ${host}/node:24 is for linux/arm64, not for linux/amd64: choose another base image`,
  )
})
