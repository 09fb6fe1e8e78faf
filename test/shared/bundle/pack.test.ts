// Packing: the same bytes every time, those that tkn writes, and readable by ourselves.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { startRegistry } from '../../../local/registry/server.ts'
import { readObject } from '../../../shared/bundle/object.ts'
import { packBundle, pushBundle } from '../../../shared/bundle/pack.ts'
import { readBundle } from '../../../shared/bundle/read.ts'
import { readSchema } from '../../../shared/bundle/schema.ts'
import { parseManifest } from '../../../shared/oci/manifest.ts'
import { parseReference, pin } from '../../../shared/oci/reference.ts'
import { createRegistry } from '../../../shared/oci/registry.ts'
import { PIPELINE, TASK } from './images.ts'

const SCHEMA = '{"type":"object","properties":{"NAME":{"type":"string"}}}'
const OPTIONS = { documents: [PIPELINE, TASK], schema: SCHEMA, annotations: { team: 'a & b' } }

function manifestOf(options: Parameters<typeof packBundle>[0]) {
  const packed = packBundle(options)
  const manifest = parseManifest(packed.manifest, packed.mediaType)
  if (manifest.kind !== 'image') throw new Error('not an image')
  return manifest
}

describe('the same input gives the same digest', () => {
  test('as checked in', () => {
    expect(packBundle(OPTIONS).digest).toBe(
      'sha256:b2c38df9c931ba4e4a54fc7b1be77b36a28d31c181d5f1ed285abc565dbb5ee4',
    )
    expect(packBundle({ ...OPTIONS, mediaTypes: 'oci' }).digest).toBe(
      'sha256:ad3df4ac625404d1a1d9c52ee40c5ff0e0c3a4b25444ae090f65882d28bf9c4a',
    )
  })

  test('in any order of the documents and annotations', () => {
    const annotations = { b: '1', a: '2', c: '3' }
    const documents = [PIPELINE, TASK, TASK.replace('check', 'third')]
    const expected = packBundle({ documents, annotations }).digest
    fc.assert(
      fc.property(
        fc.shuffledSubarray(documents, { minLength: 3 }),
        fc.shuffledSubarray(Object.entries(annotations), { minLength: 3 }),
        (shuffled, entries) => {
          const again = packBundle({ documents: shuffled, annotations: Object.fromEntries(entries) })
          expect(again.digest).toBe(expected)
        },
      ),
      { numRuns: 10 },
    )
  })

  test('and another input another one', () => {
    const digests = [OPTIONS, { ...OPTIONS, schema: '{}' }, { documents: [PIPELINE] }, { documents: [TASK] }]
    expect(new Set(digests.map(options => packBundle(options).digest)).size).toBe(4)
  })
})

/** What `tkn bundle push` 0.46 wrote for the same files. The config holds the hash of each uncompressed layer; only the compressor differs. */
test('config, and with it every uncompressed layer, are those of tkn', () => {
  expect(manifestOf(OPTIONS).config).toEqual({
    mediaType: 'application/vnd.docker.container.image.v1+json',
    digest: 'sha256:73cf0c1562303990839c2da07f2a78c7c7dc534d3b8a424fac5bc8254ae1b090',
    size: 342,
  })
})

test('a layer is announced as the contract wants it', () => {
  const announced = manifestOf({ documents: [`${PIPELINE}---\n---\n${TASK}\n`] }).layers.map(
    ({ mediaType, annotations }) => ({ mediaType, annotations }),
  )
  const mediaType = 'application/vnd.docker.image.rootfs.diff.tar.gzip'
  expect(announced).toEqual(
    [
      ['pipeline', 'restart'],
      ['task', 'check'],
    ].map(([kind, name]) => ({
      mediaType,
      annotations: {
        'dev.tekton.image.apiVersion': 'v1',
        'dev.tekton.image.kind': kind,
        'dev.tekton.image.name': name,
      },
    })),
  )
})

test('what is pushed is read back', async () => {
  const local = await startRegistry()
  const client = createRegistry()
  const ref = parseReference(`${local.host}/playbooks/restart:v1`)
  const packed = packBundle(OPTIONS)
  expect(await pushBundle(client, ref, packed)).toBe(packed.digest)
  expect(await pushBundle(client, pin(ref, packed.digest), packed)).toBe(packed.digest)
  const bundle = await readBundle(client, ref)
  expect(bundle.digest).toBe(packed.digest)
  expect(bundle.annotations).toMatchObject({ team: 'a & b' })
  expect((await readObject(client, bundle, { kind: 'Task', name: 'check' })).text).toBe(TASK)
  const { text, object } = await readObject(client, bundle, { kind: 'Pipeline' })
  expect(text).toContain("\\u0026\\u0026 echo '\\u003cdone\\u003e'")
  expect(object).toMatchObject({ spec: { params: [{ name: 'NAME', type: 'string' }] } })
  expect(await readSchema(client, bundle)).toEqual({
    carrier: 'annotation',
    text: SCHEMA,
    json: JSON.parse(SCHEMA),
  })
  await local.close()
})
