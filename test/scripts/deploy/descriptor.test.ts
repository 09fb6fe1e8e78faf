// Rendering a func.yaml, as tables.

import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import {
  FINGERPRINT,
  parseDescriptor,
  render,
  type Surroundings,
  secretsOf,
} from '../../../scripts/deploy/descriptor.ts'

const AROUND: Surroundings = {
  values: { K_SINK: 'http://broker.example/', POD_NAMESPACE: 'system' },
  secrets: { keys: { version: '7', keys: ['A', 'B'] } },
  image: 'r.example.com/f@sha256:1',
  deployer: 'knative',
}
const TEXT = `
specVersion: 0.36.0
name: one
created: 2026-11-21T00:00:00Z
run:
  envs:
    - { name: PLAIN, value: text }
    - { name: K_SINK, value: "{{ env:K_SINK }}" }
    - { name: TIGHT, value: "{{env:POD_NAMESPACE}}" }
    - { name: THERE, value: "{{ secret:keys:A }}" }
    - { name: NO_KEY, value: "{{ secret:keys:C }}" }
    - { name: NO_SECRET, value: "{{ secret:gone:A }}" }
deploy:
  serviceAccountName: one
  annotations: { mine: kept }
  options: { scale: { min: 0 } }
`

const fingerprintOf = (text: string, around: Partial<Surroundings> = {}): string =>
  render(parseDescriptor(text, 'func.yaml'), { ...AROUND, ...around }).fingerprint

test('what the cluster knows is filled in, what no Secret has is left out, the rest stays', () => {
  const { text, fingerprint, absent } = render(parseDescriptor(TEXT, 'func.yaml'), AROUND)
  expect(absent).toEqual(['NO_KEY', 'NO_SECRET'])
  expect(parse(text)).toEqual({
    specVersion: '0.36.0',
    name: 'one',
    created: '2026-11-21T00:00:00Z',
    run: {
      envs: [
        { name: 'PLAIN', value: 'text' },
        { name: 'K_SINK', value: 'http://broker.example/' },
        { name: 'TIGHT', value: 'system' },
        { name: 'THERE', value: '{{ secret:keys:A }}' },
      ],
    },
    deploy: {
      serviceAccountName: 'one',
      annotations: { mine: 'kept', [FINGERPRINT]: fingerprint },
      options: { scale: { min: 0 } },
    },
  })
})

describe('the fingerprint', () => {
  test.each<[string, string, Partial<Surroundings>]>([
    ['the image', TEXT, { image: 'r.example.com/f@sha256:2' }],
    ['the deployer', TEXT, { deployer: 'raw' }],
    ['the Broker', TEXT, { values: { ...AROUND.values, K_SINK: 'http://other.example/' } }],
    ['the Secret that is used', TEXT, { secrets: { keys: { version: '8', keys: ['A', 'B'] } } }],
    ['a Secret that comes', TEXT, { secrets: { ...AROUND.secrets, gone: { version: '1', keys: ['A'] } } }],
    ['the func.yaml', TEXT.replace('min: 0', 'min: 1'), {}],
  ])('changes with %s', (_, text, around) => {
    expect(fingerprintOf(text, around)).not.toBe(fingerprintOf(TEXT))
  })

  test.each<[string, string, Partial<Surroundings>]>([
    ['nothing', TEXT, {}],
    ['a comment', `# other words\n${TEXT}`, {}],
    [
      'a Secret that is not used',
      TEXT,
      { secrets: { ...AROUND.secrets, other: { version: '1', keys: ['A'] } } },
    ],
  ])('does not change with %s', (_, text, around) => {
    expect(fingerprintOf(text, around)).toBe(fingerprintOf(TEXT))
  })
})

test('a placeholder that nobody fills is refused', () => {
  const text = TEXT.replace('env:K_SINK', 'env:HOME')
  expect(() => fingerprintOf(text)).toThrow(
    'The func.yaml of one asks for {{ env:HOME }}, and deploy fills in only K_SINK, POD_NAMESPACE.',
  )
})

test.each([[''], ['name: one'], ['deploy: { serviceAccountName: one }'], ['- a'], ['text']])(
  'a func.yaml without name or account is refused: %j',
  text => {
    expect(() => parseDescriptor(text, 'functions/one/func.yaml')).toThrow(
      'functions/one/func.yaml must have a name and deploy.serviceAccountName.',
    )
  },
)

test('the Secrets of a descriptor, each once', () => {
  expect(secretsOf(parseDescriptor(TEXT, 'func.yaml'))).toEqual(['keys', 'gone'])
})
