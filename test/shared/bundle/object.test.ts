// One object out of a bundle: matching, compression, archives, and what tries to hurt.

import { constants, zstdCompressSync } from 'node:zlib'
import { gzipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LocalRegistry } from '../../../local/registry/server.ts'
import { startRegistry } from '../../../local/registry/server.ts'
import type { Wanted } from '../../../shared/bundle/object.ts'
import { readObject } from '../../../shared/bundle/object.ts'
import { readBundle } from '../../../shared/bundle/read.ts'
import { archiveFile } from '../../../shared/bundle/tar.ts'
import { digestOf } from '../../../shared/oci/digest.ts'
import { parseReference } from '../../../shared/oci/reference.ts'
import { createRegistry } from '../../../shared/oci/registry.ts'
import type { Layer } from './images.ts'
import { annotate, emptyRepository, layer, PIPELINE, storeImage, TASK, yamlBomb } from './images.ts'

const repository = emptyRepository()
const client = createRegistry({ retry: { retries: 0, pause: 1 } })
let local: LocalRegistry

beforeAll(async () => {
  local = await startRegistry()
  local.store.set('a', repository)
})

afterAll(() => local.close())

async function read(layers: readonly Layer[], wanted: Wanted = { kind: 'pipeline' }) {
  const digest = storeImage(repository, layers)
  return readObject(client, await readBundle(client, parseReference(`${local.host}/a@${digest}`)), wanted)
}

const holding = (bytes: Uint8Array): Layer => ({
  annotations: annotate('pipeline', 'restart'),
  bytes: new Uint8Array(bytes),
})
/** An honest Pipeline in a frame whose header asks for a window of 2^log bytes (RFC 8878, section 3.1.1.1.2). */
function zstdWith(log: number): Buffer {
  const frame = zstdCompressSync(PIPELINE, { params: { [constants.ZSTD_c_contentSizeFlag]: 0 } })
  frame[5] = (log - 10) << 3
  return frame
}
const named = (name: string) => PIPELINE.replace('name: restart', `name: ${name}`)
const tar = (text: string | Uint8Array, name = 'restart') => archiveFile(name, Buffer.from(text))

describe('the object is matched', () => {
  const layers = [
    layer('task', 'same', TASK),
    layer('pipeline', 'same', named('one')),
    layer('pipeline', 'same', named('two')),
    layer('pipeline', 'other', named('three')),
  ]

  test.each([
    [{ kind: 'pipeline', name: 'same' }, 'one'],
    [{ kind: 'Pipeline', name: 'same' }, 'one'],
    [{ kind: 'PIPELINE', name: 'other' }, 'three'],
    [{ kind: 'task', name: 'same' }, 'check'],
    [{ kind: 'task' }, 'check'],
  ])('%j', async (wanted, name) => {
    expect((await read(layers, wanted)).object.metadata).toEqual({ name })
  })

  test.each([
    [{ kind: 'pipeline', name: 'Same' }, 'could not find object in image with kind: pipeline and name: Same'],
    [{ kind: 'stepaction' }, 'could not find object in image with kind: stepaction'],
    [{ kind: 'pipeline' }, 'the bundle holds 3 objects of kind pipeline: name one of same, same, other'],
  ])('%j is not found', async (wanted, message) => {
    await expect(read(layers, wanted)).rejects.toMatchObject({ reason: 'NotFound', message })
  })
})

describe('the layer may be', () => {
  const later = Buffer.concat([tar(PIPELINE).subarray(0, -1024), tar('ignored: true', 'later')])
  test.each([
    ['a gzipped archive', gzipSync(tar(PIPELINE))],
    ['an archive in zstd', zstdCompressSync(tar(PIPELINE))],
    ['a plain archive', tar(PIPELINE)],
    ['a gzipped object', gzipSync(Buffer.from(PIPELINE))],
    ['the plain object', Buffer.from(PIPELINE)],
    ['an archive whose file is called ../../etc/passwd', tar(PIPELINE, '../../etc/passwd')],
    ['an archive with more files, which are ignored', later],
    [
      'an archive followed by a gigabyte of nothing',
      gzipSync(Buffer.concat([tar(PIPELINE), Buffer.alloc(3_000_000)])),
    ],
  ])('%s', async (_what, bytes) => {
    const { text, object, entry } = await read([holding(bytes)])
    expect(text).toBe(PIPELINE)
    expect(object).toMatchObject({ kind: 'Pipeline', metadata: { name: 'restart' } })
    expect(entry.descriptor.digest).toBe(digestOf(bytes))
  })
})

/** A header that claims this size; only its checksum is right. */
function claim(size: number): Buffer {
  const archive = tar(PIPELINE)
  archive.write(`${size.toString(8).padStart(11, '0')}\0`, 124, 'latin1')
  archive.fill(' ', 148, 156)
  const sum = archive.subarray(0, 512).reduce((total, byte) => total + byte, 0)
  archive.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return archive
}

describe('the layer is refused', () => {
  const bomb = Buffer.alloc(64 * 1024 * 1024)
  test.each([
    ['a gzip bomb', gzipSync(bomb, { level: 1 }), 'TooLarge'],
    ['a zstd bomb', zstdCompressSync(bomb), 'TooLarge'],
    [
      'a gzip bomb whose end is broken, since nobody reads that far',
      gzipSync(bomb, { level: 1 }).fill(0, -8),
      'TooLarge',
    ],
    ['a bomb in an archive', gzipSync(tar(bomb)), 'TooLarge'],
    ['a plain object over 1 MiB', Buffer.alloc(1024 * 1024 + 1, ' '), 'TooLarge'],
    ['an archived object over 1 MiB', tar(Buffer.alloc(1024 * 1024 + 1, ' ')), 'TooLarge'],
    ['a header that claims 8 GiB', claim(8 * 1024 ** 3 - 1), 'Corrupt'],
    ['an archive that breaks off', tar(PIPELINE).subarray(0, 600), 'Corrupt'],
    ['an archive of nothing but its end', gzipSync(Buffer.alloc(1024)), 'Corrupt'],
    ['gzip that breaks off', gzipSync(tar(PIPELINE)).subarray(0, 100), 'Corrupt'],
    ['gzip with a wrong checksum', gzipSync(tar(PIPELINE)).fill(0, -8), 'Corrupt'],
    ['zstd that asks for a window of 64 MiB', zstdWith(26), 'Corrupt'],
    ['zstd that is none', Buffer.from('28b52ffdffffffff', 'hex'), 'Corrupt'],
    ['text that is not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'Corrupt'],
    ['text that is no YAML', Buffer.from('a: [b'), 'Corrupt'],
    ['a list', Buffer.from('- a'), 'Corrupt'],
    ['nothing', Buffer.from(''), 'Corrupt'],
    ['two objects', Buffer.from(`${PIPELINE}---\n${PIPELINE}`), 'Corrupt'],
    ['a YAML bomb', yamlBomb(), 'Corrupt'],
  ])('%s', async (_what, bytes, reason) => {
    await expect(read([holding(bytes)])).rejects.toMatchObject({ name: 'BundleError', reason })
  })

  test.each([
    ['of another digest', { digest: digestOf(Buffer.from('other')) }, 'Corrupt'],
    ['of another size', { size: 3 }, 'Corrupt'],
    ['over 4 MiB by its descriptor', { size: 4 * 1024 * 1024 + 1 }, 'TooLarge'],
  ])('a blob %s', async (_what, claims, reason) => {
    await expect(read([{ ...layer('pipeline', 'restart'), claims }])).rejects.toMatchObject({ reason })
  })

  test('a blob that is gone', async () => {
    const bytes = Buffer.from('gone')
    const digest = storeImage(repository, [holding(bytes)])
    const bundle = await readBundle(client, parseReference(`${local.host}/a@${digest}`))
    repository.blobs.delete(digestOf(bytes))
    await expect(readObject(client, bundle, { kind: 'pipeline' })).rejects.toMatchObject({
      reason: 'NotFound',
    })
  })
})
