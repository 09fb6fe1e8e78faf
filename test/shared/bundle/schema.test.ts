// The schema's two carriers: read, compared, refused.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LocalRegistry } from '../../../local/registry/server.ts'
import { startRegistry } from '../../../local/registry/server.ts'
import { readBundle } from '../../../shared/bundle/read.ts'
import { readSchema, SCHEMA_ANNOTATION, SCHEMA_KIND } from '../../../shared/bundle/schema.ts'
import { parseReference } from '../../../shared/oci/reference.ts'
import { createRegistry } from '../../../shared/oci/registry.ts'
import { emptyRepository, layer, storeImage } from './images.ts'

const SCHEMA = '{"type":"object","properties":{"NAME":{"type":"string","pattern":"^[a-z,]+$"}}}'
const SAME = '{ "properties": {"NAME": {"pattern": "^[a-z,]+$", "type": "string"}}, "type": "object" }'
const OTHER = '{"type":"object"}'
const base64 = (text: string) => Buffer.from(text).toString('base64')

const repository = emptyRepository()
const client = createRegistry({ retry: { retries: 0, pause: 1 } })
let local: LocalRegistry

beforeAll(async () => {
  local = await startRegistry()
  local.store.set('a', repository)
})

afterAll(() => local.close())

async function read(annotation: string | undefined, ...layers: string[]) {
  const annotations = annotation === undefined ? {} : { [SCHEMA_ANNOTATION]: annotation }
  const schemas = layers.map((text, index) => layer(SCHEMA_KIND, `schema-${index}`, text))
  const digest = storeImage(repository, [layer('pipeline', 'restart'), ...schemas], { annotations })
  return readSchema(client, await readBundle(client, parseReference(`${local.host}/a@${digest}`)))
}

describe('the schema is read', () => {
  test.each([
    ['from the annotation as JSON', SCHEMA, [], 'annotation', SCHEMA],
    ['from the annotation as base64', base64(SCHEMA), [], 'annotation', SCHEMA],
    [
      'from the annotation as wrapped base64',
      `${base64(SCHEMA).replace(/.{76}/g, '$&\n')}\n`,
      [],
      'annotation',
      SCHEMA,
    ],
    ['from a layer', undefined, [SCHEMA], 'layer', SCHEMA],
    ['from both, where they say the same', base64(SCHEMA), [SAME], 'annotation', SCHEMA],
  ] as const)('%s', async (_what, annotation, layers, carrier, text) => {
    expect(await read(annotation, ...layers)).toEqual({ carrier, text, json: JSON.parse(SCHEMA) })
  })

  test('where there is one', async () => {
    expect(await read(undefined)).toBeUndefined()
  })
})

describe('the schema is refused', () => {
  test.each([
    ['twice and different', base64(SCHEMA), [OTHER], 'SchemaConflict'],
    ['in two layers that differ', undefined, [SCHEMA, OTHER], 'SchemaConflict'],
    ['that is no JSON', '{"type"', [], 'InvalidSchema'],
    ['that is no base64 of JSON', 'hello', [], 'InvalidSchema'],
    ['that is empty', '', [], 'InvalidSchema'],
    ['that is a list', base64('[]'), [], 'InvalidSchema'],
    ['that is YAML in a layer', undefined, ['type: object'], 'InvalidSchema'],
    ['that is good in one place and broken in the other', base64(SCHEMA), ['{'], 'InvalidSchema'],
  ] as const)('%s', async (_what, annotation, layers, reason) => {
    await expect(read(annotation, ...layers)).rejects.toMatchObject({ name: 'BundleError', reason })
  })
})
