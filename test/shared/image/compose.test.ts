// Composing an image: what is in its layer, its config and its manifest, and that nothing else decides its digest.

import { gunzipSync } from 'node:zlib'
import { extract } from 'tar-stream'
import { describe, expect, test } from 'vitest'
import type { Addition, BaseImage } from '../../../shared/image/compose.ts'
import { composeImage } from '../../../shared/image/compose.ts'
import { digestOf } from '../../../shared/oci/digest.ts'
import { MEDIA_TYPES } from '../../../shared/oci/manifest.ts'
import { CONFIG, LAYER } from './base.ts'

const BASE: BaseImage = {
  digest: digestOf(Buffer.from('base')),
  mediaType: MEDIA_TYPES.ociManifest,
  layers: [{ mediaType: 'layer', digest: LAYER.digest, size: LAYER.bytes.length }],
  configType: 'application/vnd.oci.image.config.v1+json',
  config: CONFIG,
}
const ADDITION: Addition = {
  files: { '/app/dist/main.cjs': Buffer.from('run()\n'), '/app/dist/LEGAL.txt': Buffer.from('licences\n') },
  workingDir: '/app',
  cmd: ['/app/dist/main.cjs'],
}

function parse(bytes: Uint8Array | undefined) {
  return JSON.parse(Buffer.from(bytes ?? []).toString('utf8'))
}

function configOf(run: object) {
  const { blobs } = composeImage({ ...BASE, config: { ...CONFIG, config: run } }, ADDITION)
  return parse(blobs[1]).config
}

test('the same input has the same digest, on every machine', () => {
  const { digest, manifest } = composeImage(BASE, ADDITION)
  expect(digestOf(manifest)).toBe(digest)
  expect(digest).toBe('sha256:e48385652ab22599efe713fe27e443b92c63775ae74532d195949a4462fe9727')
})

test('the order in which the files are named does not matter; their content does', () => {
  const reversed = Object.fromEntries(Object.entries(ADDITION.files).toReversed())
  const { digest } = composeImage(BASE, ADDITION)
  expect(composeImage(BASE, { ...ADDITION, files: reversed }).digest).toBe(digest)
  const changed = { ...ADDITION.files, '/app/dist/main.cjs': Buffer.from('run() \n') }
  expect(composeImage(BASE, { ...ADDITION, files: changed }).digest).not.toBe(digest)
})

test('the layer holds the folders, then the files, sorted, of root and without a time', async () => {
  const [layer = new Uint8Array()] = composeImage(BASE, ADDITION).blobs
  const tar = extract()
  tar.end(gunzipSync(layer))
  const found: unknown[] = []
  for await (const entry of tar) {
    const { name, type, mode, uid, gid, mtime } = entry.header
    const chunks: Uint8Array[] = []
    for await (const chunk of entry) chunks.push(chunk as Uint8Array)
    found.push([name, type, mode?.toString(8), Buffer.concat(chunks).toString()])
    expect([uid, gid, mtime?.getTime()]).toEqual([0, 0, 0])
  }
  expect(found).toEqual([
    ['app/', 'directory', '755', ''],
    ['app/dist/', 'directory', '755', ''],
    ['app/dist/LEGAL.txt', 'file', '644', 'licences\n'],
    ['app/dist/main.cjs', 'file', '644', 'run()\n'],
  ])
})

test('the manifest names the base, its layers and then ours', () => {
  const { manifest, blobs, baseLayers } = composeImage(BASE, ADDITION)
  const [layer = new Uint8Array(), config = new Uint8Array()] = blobs
  expect(baseLayers).toEqual(BASE.layers)
  expect(parse(manifest)).toEqual({
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.ociManifest,
    config: { mediaType: BASE.configType, digest: digestOf(config), size: config.length },
    layers: [
      ...BASE.layers,
      {
        mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
        digest: digestOf(layer),
        size: layer.length,
      },
    ],
    annotations: { 'org.opencontainers.image.base.digest': BASE.digest },
  })
})

test('a Docker base stays a Docker image', () => {
  const { manifest, mediaType } = composeImage({ ...BASE, mediaType: MEDIA_TYPES.dockerManifest }, ADDITION)
  expect(mediaType).toBe(MEDIA_TYPES.dockerManifest)
  expect(parse(manifest).layers[1].mediaType).toBe('application/vnd.docker.image.rootfs.diff.tar.gzip')
})

test('the config is the base’s, with our layer, our command, and production', () => {
  const { blobs } = composeImage(BASE, ADDITION)
  const [layer = new Uint8Array(), config] = blobs
  const created = '1970-01-01T00:00:00Z'
  expect(parse(config)).toEqual({
    ...CONFIG,
    created,
    config: {
      Entrypoint: ['/nodejs/bin/node'],
      Cmd: ['/app/dist/main.cjs'],
      WorkingDir: '/app',
      User: '65532',
      Env: ['PATH=/bin', 'NODE_ENV=production'],
    },
    rootfs: { type: 'layers', diff_ids: [LAYER.diffId, digestOf(gunzipSync(layer))] },
    history: [{ created }, { created, created_by: 'playbook-functions' }],
  })
})

describe('who runs it is a number and not root, so that Kubernetes can hold it to that', () => {
  test.each([
    ['1234', '1234'],
    ['1234:5678', '1234:5678'],
    ['0', '1000'],
    ['0:0', '1000'],
    ['root', '1000'],
    ['node', '1000'],
    ['', '1000'],
    [undefined, '1000'],
  ])('%j becomes %j', (User, expected) => {
    expect(configOf({ User }).User).toBe(expected)
  })
})

test.each([[{}], [{ Entrypoint: [] }], [{ Entrypoint: null }]])('%j starts node', run => {
  expect(configOf(run)).toMatchObject({ Entrypoint: ['node'], Cmd: ['/app/dist/main.cjs'] })
})

test.each([[{}], [{ rootfs: { diff_ids: [] } }], [{ rootfs: 'layers' }]])(
  'a config that does not name its layers is no image: %j',
  config => {
    expect(() => composeImage({ ...BASE, config }, ADDITION)).toThrow('its config does not name its layers')
  },
)
