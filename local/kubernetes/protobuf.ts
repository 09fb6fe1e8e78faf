// The few objects that kubectl sends as protobuf (`kubectl create namespace`, `create secret`, `auth can-i`), read as JSON.

import type { Fields } from './objects.ts'
import { unsupportedMediaType } from './status.ts'

export const PROTOBUF = 'application/vnd.kubernetes.protobuf'

type Shape =
  | 'text'
  | 'texts'
  | 'bytes'
  | 'flag'
  | { readonly map: 'text' | 'bytes' }
  | { readonly list: Message }
  | { readonly one: Message }

/** Field numbers, from the generated.proto of k8s.io/api and k8s.io/apimachinery. */
type Message = Readonly<Record<number, readonly [name: string, shape: Shape]>>

const TEXT_MAP: Shape = { map: 'text' }
const METADATA: Message = {
  1: ['name', 'text'],
  2: ['generateName', 'text'],
  3: ['namespace', 'text'],
  11: ['labels', TEXT_MAP],
  12: ['annotations', TEXT_MAP],
  14: ['finalizers', 'texts'],
}
const RULE: Message = {
  1: ['verbs', 'texts'],
  2: ['apiGroups', 'texts'],
  3: ['resources', 'texts'],
  4: ['resourceNames', 'texts'],
  5: ['nonResourceURLs', 'texts'],
}
const SUBJECT: Message = {
  1: ['kind', 'text'],
  2: ['apiGroup', 'text'],
  3: ['name', 'text'],
  4: ['namespace', 'text'],
}
const ROLE_REF: Message = { 1: ['apiGroup', 'text'], 2: ['kind', 'text'], 3: ['name', 'text'] }
const OBJECT: Message = { 1: ['metadata', { one: METADATA }] }
const ROLE: Message = { ...OBJECT, 2: ['rules', { list: RULE }] }
const BINDING: Message = { ...OBJECT, 2: ['subjects', { list: SUBJECT }], 3: ['roleRef', { one: ROLE_REF }] }
const MESSAGES: Readonly<Record<string, Message>> = {
  Namespace: OBJECT,
  ServiceAccount: OBJECT,
  SelfSubjectAccessReview: OBJECT,
  SelfSubjectReview: OBJECT,
  ConfigMap: {
    ...OBJECT,
    2: ['data', TEXT_MAP],
    3: ['binaryData', { map: 'bytes' }],
    4: ['immutable', 'flag'],
  },
  Secret: {
    ...OBJECT,
    2: ['data', { map: 'bytes' }],
    3: ['type', 'text'],
    4: ['stringData', TEXT_MAP],
    5: ['immutable', 'flag'],
  },
  Role: ROLE,
  ClusterRole: ROLE,
  RoleBinding: BINDING,
  ClusterRoleBinding: BINDING,
}

interface Field {
  readonly number: number
  /** A varint's value, or the bytes of anything longer. */
  readonly value: number | Buffer
}

function varint(bytes: Buffer, start: number): { value: number; next: number } {
  let value = 0
  for (let index = start, scale = 1; index < bytes.length; index += 1, scale *= 128) {
    const byte = bytes[index] ?? 0
    value += (byte & 127) * scale
    if (byte < 128) return { value, next: index + 1 }
  }
  throw unsupportedMediaType(['application/json', 'application/yaml'])
}

/** https://protobuf.dev/programming-guides/encoding/ */
function* fieldsIn(bytes: Buffer): Generator<Field> {
  let position = 0
  while (position < bytes.length) {
    const tag = varint(bytes, position)
    const number = Math.floor(tag.value / 8)
    const wire = tag.value % 8
    if (wire === 0) {
      const { value, next } = varint(bytes, tag.next)
      yield { number, value }
      position = next
    } else if (wire === 2) {
      const { value: length, next } = varint(bytes, tag.next)
      yield { number, value: bytes.subarray(next, next + length) }
      position = next + length
    } else position = tag.next + (wire === 1 ? 8 : 4)
  }
}

const ENTRY: Message = { 1: ['key', 'text'], 2: ['value', 'text'] }
const BYTES_ENTRY: Message = { 1: ['key', 'text'], 2: ['value', 'bytes'] }

function add(
  object: Record<string, unknown>,
  [name, shape]: readonly [string, Shape],
  value: number | Buffer,
) {
  const bytes = typeof value === 'number' ? Buffer.alloc(0) : value
  const list = Array.isArray(object[name]) ? object[name] : []
  if (shape === 'flag') object[name] = value === 1
  else if (shape === 'texts') object[name] = [...list, bytes.toString()]
  else if (shape === 'bytes') object[name] = bytes.toString('base64')
  // Go writes every text, so an empty one means that none was given.
  else if (shape === 'text') object[name] = bytes.toString() || undefined
  else if ('one' in shape) object[name] = message(bytes, shape.one)
  else if ('list' in shape) object[name] = [...list, message(bytes, shape.list)]
  else {
    const { key = '', value: entry = '' } = message(bytes, shape.map === 'text' ? ENTRY : BYTES_ENTRY)
    object[name] = { ...(object[name] as object | undefined), [String(key)]: entry }
  }
}

function message(bytes: Buffer, known: Message): Fields {
  const object: Record<string, unknown> = {}
  for (const { number, value } of fieldsIn(bytes)) {
    const field = known[number]
    if (field !== undefined) add(object, field, value)
  }
  return object
}

const TYPE: Message = { 1: ['apiVersion', 'text'], 2: ['kind', 'text'] }
const ENVELOPE: Message = { 1: ['type', { one: TYPE }], 2: ['raw', 'bytes'] }
const MAGIC = 'k8s\0'

/** The JSON of an object in Kubernetes' protobuf envelope; 415 for kinds that nobody sends so. */
export function jsonFromProtobuf(bytes: Buffer): string {
  const { type, raw } = message(bytes.subarray(MAGIC.length), ENVELOPE)
  const { apiVersion, kind } = { ...(type as Fields | undefined) }
  const known = MESSAGES[String(kind)]
  if (bytes.toString('latin1', 0, MAGIC.length) !== MAGIC || known === undefined)
    throw unsupportedMediaType(['application/json', 'application/yaml'])
  const object = message(Buffer.from(String(raw), 'base64'), known)
  return JSON.stringify({ apiVersion, kind, ...object })
}
