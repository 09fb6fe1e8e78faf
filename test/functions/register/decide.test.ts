// What is registered of a Playbook: its bundle pinned, its schema, and all else that a run needs.

import { describe, expect, test } from 'vitest'
import { digestOf } from '../../../shared/oci/digest.ts'
import type { PlaybookSpec } from '../../../shared/playbook/playbook.ts'
import { release } from '../../shared/playbook/kit.ts'
import {
  type Bundled,
  DIGEST,
  OTHER,
  pipeline,
  playbook,
  read,
  registeredFrom,
  rejectedFrom,
  SCHEMA,
} from './kit.ts'

test('a good bundle is registered, pinned, with all that a run of it needs', () => {
  expect(registeredFrom(read())).toEqual({
    kind: 'registered',
    release: {
      version: '1.0.0',
      digest: DIGEST,
      bundle: `registry.example/runbooks/scale@${DIGEST}`,
      pipeline: 'scale-down',
      schema: SCHEMA,
      schemaDigest: digestOf(Buffer.from(JSON.stringify(SCHEMA))),
      schemaCarrier: 'annotation',
      params: [
        { name: 'REPLICAS', type: 'string', hasDefault: false },
        { name: 'MODE', type: 'string', hasDefault: true },
      ],
    },
    parameters: [
      { name: 'REPLICAS', type: 'integer', required: true },
      { name: 'MODE', type: 'string', required: false },
    ],
    findings: [],
  })
})

describe('the schema is', () => {
  test.each<[string, Bundled, Partial<PlaybookSpec>, object]>([
    [
      "the bundle's annotation",
      { carrier: 'annotation' },
      {},
      { schemaCarrier: 'annotation', schema: SCHEMA },
    ],
    ["the bundle's layer", { carrier: 'layer' }, {}, { schemaCarrier: 'layer', schema: SCHEMA }],
    [
      "else the Playbook's own",
      { schema: undefined },
      { parameters: SCHEMA },
      { schemaCarrier: 'playbook', schema: SCHEMA },
    ],
    [
      'also where that is an older list',
      { schema: undefined },
      {
        parameters: { parameters: [{ name: 'REPLICAS', type: 'integer', required: true }, { name: 'MODE' }] },
      },
      { schemaCarrier: 'playbook', schema: expect.objectContaining({ required: ['REPLICAS'] }) },
    ],
    [
      "else what the Pipeline's params say: those without default are required",
      { schema: undefined },
      {},
      {
        schemaCarrier: 'none',
        schema: expect.objectContaining({
          properties: { REPLICAS: { type: 'string' }, MODE: { type: 'string' } },
          required: ['REPLICAS'],
          additionalProperties: false,
        }),
      },
    ],
  ])('%s', (_, bundled, spec, expected) => {
    expect(registeredFrom(read(bundled), playbook(spec)).release).toMatchObject(expected)
  })
})

test('a Pipeline is registered by the name in the bundle, by which Tekton looks it up', () => {
  const object = pipeline({}, { name: 'called-otherwise' })
  expect(registeredFrom(read({ object, entryName: 'scale-down' })).release.pipeline).toBe('scale-down')
})

test('warnings reject nothing and are kept for the author', () => {
  const steps = [{ image: 'busybox', script: 'echo $(params.REPLICAS)' }]
  const { findings } = registeredFrom(
    read({ object: pipeline({ tasks: [{ name: 'run', taskSpec: { steps } }] }) }),
  )
  expect(findings.map(({ severity, rule }) => `${severity} ${rule}`)).toEqual([
    'warning param-in-script',
    'warning image-not-pinned',
  ])
})

describe('a version, once registered, stays what it was', () => {
  test('another bundle under it is rejected', () => {
    const history = [release('2.0.0', 'b'), release('1.0.0', 'a', { digest: OTHER })]
    const { reason, message } = rejectedFrom(read(), playbook({}, { history }))
    expect(reason).toBe('VersionMoved')
    expect(message).toBe(
      `Version 1.0.0 is registered as ${OTHER}, but the bundle is ${DIGEST} now. Publish a change under a new version.`,
    )
  })

  test('the same bundle may be registered again', () => {
    const history = [release('2.0.0', 'b'), release('1.0.0', 'a', { digest: DIGEST })]
    expect(registeredFrom(read(), playbook({}, { history })).release.version).toBe('1.0.0')
  })

  test('another bundle under another version is registered', () => {
    const history = [release('0.9.0', 'a', { digest: OTHER })]
    expect(registeredFrom(read(), playbook({}, { history })).release.digest).toBe(DIGEST)
  })
})
