// What kubectl sends as protobuf, encoded here by hand after https://protobuf.dev/programming-guides/encoding/.

import { expect, test } from 'vitest'
import { jsonFromProtobuf, PROTOBUF } from '../../../local/kubernetes/protobuf.ts'
import { startKubernetes } from '../../../local/kubernetes/server.ts'

function varint(value: number): readonly number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(Math.floor(value / 128))]
}

function field(number: number, value: string | Buffer): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([Buffer.from([...varint(number * 8 + 2), ...varint(bytes.length)]), bytes])
}

function envelope(apiVersion: string, kind: string, fields: readonly Buffer[]): Buffer {
  const type = Buffer.concat([field(1, apiVersion), field(2, kind)])
  return Buffer.concat([Buffer.from('k8s\0'), field(1, type), field(2, Buffer.concat(fields))])
}

const entry = (key: string, value: string) => Buffer.concat([field(1, key), field(2, value)])

test('a Secret: texts, maps, bytes and a flag', () => {
  const metadata = Buffer.concat([field(1, 'key'), field(3, ''), field(11, entry('app', 'x'))])
  const parts = [
    field(1, metadata),
    field(2, entry('long', 'v'.repeat(200))),
    field(2, entry('empty', '')),
    field(3, ''),
    Buffer.from([5 * 8, 1]),
  ]
  expect(JSON.parse(jsonFromProtobuf(envelope('v1', 'Secret', parts)))).toEqual({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'key', labels: { app: 'x' } },
    data: { long: Buffer.from('v'.repeat(200)).toString('base64'), empty: '' },
    immutable: true,
  })
})

test('a Role: lists of messages', () => {
  const rule = Buffer.concat([field(1, 'get'), field(1, 'list'), field(2, ''), field(3, 'pods')])
  const parts = [field(1, field(1, 'reader')), field(2, rule)]
  const role = envelope('rbac.authorization.k8s.io/v1', 'Role', parts)
  expect(JSON.parse(jsonFromProtobuf(role))).toMatchObject({
    metadata: { name: 'reader' },
    rules: [{ verbs: ['get', 'list'], apiGroups: [''], resources: ['pods'] }],
  })
})

test.each([
  ['another kind', envelope('v1', 'Pod', [field(1, field(1, 'p'))])],
  ['no envelope', Buffer.from('not protobuf')],
])('%s is refused', (_name, bytes) => {
  expect(() => jsonFromProtobuf(bytes)).toThrow('unknown format')
})

test('a namespace is created as kubectl does it', async () => {
  const kubernetes = await startKubernetes()
  const body = envelope('v1', 'Namespace', [field(1, field(1, 'made'))])
  const headers = { 'content-type': PROTOBUF }
  const created = await fetch(`${kubernetes.url}/api/v1/namespaces`, { method: 'POST', headers, body })
  expect(created.status).toBe(201)
  expect(await created.json()).toMatchObject({ metadata: { name: 'made' }, status: { phase: 'Active' } })
  await kubernetes.close()
})
