// The codec's rules, one row each, from the HTTP binding and the JSON format.

import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { decode, decodeOpaque, encodeBinary, encodeStructured } from '../../../shared/events/codec.ts'
import { Fault } from '../../../shared/runtime/fault.ts'

const MINIMAL = { 'ce-id': '1', 'ce-source': '/s', 'ce-type': 't', 'ce-specversion': '1.0' }
const EVENT = { id: '1', source: '/s', type: 't', specversion: '1.0' }
const STRUCTURED = { 'content-type': 'application/cloudevents+json' }
const BYTES = new Uint8Array([0xff, 0x00])

type Headers = Record<string, string | string[] | undefined>

function bytes(body: string | Uint8Array): Uint8Array {
  return typeof body === 'string' ? Buffer.from(body) : body
}

function faultOf(act: () => unknown): Fault {
  try {
    act()
  } catch (error) {
    if (error instanceof Fault) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('decode, binary mode', () => {
  const rows: [string, Headers, string | Uint8Array, Record<string, unknown>][] = [
    ['the four required attributes', {}, '', {}],
    ['header names in any case', { 'CE-Subject': 'x' }, '', { subject: 'x' }],
    ['a header given as a list of one', { 'ce-subject': ['x'] }, '', { subject: 'x' }],
    ['an undefined header is absent', { 'ce-subject': undefined }, '', {}],
    ['other headers are no attributes', { prefer: 'reply', traceparent: '00' }, '', {}],
    ['an extension is a string', { 'ce-count': '5', 'ce-flag': 'true' }, '', { count: '5', flag: 'true' }],
    ['an extension may be empty', { 'ce-knativeerrordata': '' }, '', { knativeerrordata: '' }],
    ['percent-encoding, upper case', { 'ce-subject': '%E2%82%AC%20%22%25' }, '', { subject: '€ "%' }],
    ['percent-encoding, lower case', { 'ce-subject': '%e2%82%ac' }, '', { subject: '€' }],
    ['only one round of percent-decoding', { 'ce-subject': '%2541' }, '', { subject: '%41' }],
    ['a percent sign that encodes nothing', { 'ce-subject': '100%' }, '', { subject: '100%' }],
    ['a quoted value with escapes', { 'ce-subject': '"a \\"b\\" %20"' }, '', { subject: 'a "b"  ' }],
    [
      'time as given',
      { 'ce-time': '2026-01-02T03:04:05.123456789+02:00' },
      '',
      { time: '2026-01-02T03:04:05.123456789+02:00' },
    ],
    [
      'a leap day and a leap second',
      { 'ce-time': '2024-02-29T23:59:60Z' },
      '',
      { time: '2024-02-29T23:59:60Z' },
    ],
    [
      'JSON',
      { 'content-type': 'application/json' },
      '{"a":1}',
      { datacontenttype: 'application/json', data: { a: 1 } },
    ],
    [
      'JSON with a byte order mark',
      { 'content-type': 'text/json' },
      '\uFEFF[1]',
      { datacontenttype: 'text/json', data: [1] },
    ],
    [
      'JSON in a suffix, any case',
      { 'content-type': 'Application/Vnd.x+JSON; charset=UTF-8' },
      '[]',
      { datacontenttype: 'Application/Vnd.x+JSON; charset=UTF-8', data: [] },
    ],
    [
      'JSON without a body is no data',
      { 'content-type': 'application/json' },
      '',
      { datacontenttype: 'application/json' },
    ],
    [
      'a JSON string',
      { 'content-type': 'application/json' },
      '"text"',
      { datacontenttype: 'application/json', data: 'text' },
    ],
    ['zero', { 'content-type': 'application/json' }, '0', { datacontenttype: 'application/json', data: 0 }],
    [
      'false',
      { 'content-type': 'application/json' },
      'false',
      { datacontenttype: 'application/json', data: false },
    ],
    [
      'an empty JSON string',
      { 'content-type': 'application/json' },
      '""',
      { datacontenttype: 'application/json', data: '' },
    ],
    [
      'null',
      { 'content-type': 'application/json' },
      'null',
      { datacontenttype: 'application/json', data: null },
    ],
    ['text', { 'content-type': 'text/plain' }, '{"a":1}', { datacontenttype: 'text/plain', data: '{"a":1}' }],
    [
      'XML is text',
      { 'content-type': 'application/x+xml' },
      '<a/>',
      { datacontenttype: 'application/x+xml', data: '<a/>' },
    ],
    [
      'text that is not UTF-8 stays bytes',
      { 'content-type': 'text/plain' },
      BYTES,
      { datacontenttype: 'text/plain', data: BYTES },
    ],
    [
      'text in another charset stays bytes',
      { 'content-type': 'text/plain; charset=latin1' },
      'a',
      { datacontenttype: 'text/plain; charset=latin1', data: new Uint8Array([97]) },
    ],
    [
      'bytes',
      { 'content-type': 'application/octet-stream' },
      BYTES,
      { datacontenttype: 'application/octet-stream', data: BYTES },
    ],
    ['no content type, a body: bytes', {}, BYTES, { data: BYTES }],
  ]
  it.each(rows)('%s', (_, headers, body, expected) => {
    const event = decode({ ...MINIMAL, ...headers }, bytes(body))
    const plain = event.data instanceof Uint8Array ? { ...event, data: new Uint8Array(event.data) } : event
    expect(plain).toStrictEqual({ ...EVENT, ...expected })
  })
})

describe('decode, structured mode', () => {
  const rows: [string, Record<string, unknown>, Record<string, unknown>][] = [
    ['attributes keep their types', { flag: true, count: 5 }, { flag: true, count: 5 }],
    ['null is absent', { subject: null, ext: null }, {}],
    [
      'data without datacontenttype is JSON',
      { data: { a: 1 } },
      { datacontenttype: 'application/json', data: { a: 1 } },
    ],
    ['falsy data', { data: 0 }, { datacontenttype: 'application/json', data: 0 }],
    ['null data', { data: null }, { datacontenttype: 'application/json', data: null }],
    [
      'string data with a JSON type is a JSON string',
      { datacontenttype: 'application/json', data: '{}' },
      { datacontenttype: 'application/json', data: '{}' },
    ],
    [
      'string data with another type is text',
      { datacontenttype: 'text/plain', data: 'x' },
      { datacontenttype: 'text/plain', data: 'x' },
    ],
    ['data_base64 is bytes', { data_base64: '/wA=' }, { data: BYTES }],
    [
      'data_base64 of JSON is JSON',
      { datacontenttype: 'application/json', data_base64: 'WzFd' },
      { datacontenttype: 'application/json', data: [1] },
    ],
  ]
  it.each(rows)('%s', (_, members, expected) => {
    const event = decode(STRUCTURED, Buffer.from(JSON.stringify({ ...EVENT, ...members })))
    const plain = event.data instanceof Uint8Array ? { ...event, data: new Uint8Array(event.data) } : event
    expect(plain).toStrictEqual({ ...EVENT, ...expected })
  })

  it.each(['application/cloudevents+json; charset=utf-8', 'APPLICATION/CloudEvents+JSON;charset="UTF-8"'])(
    'accepts %s',
    contentType => {
      expect(decode({ 'Content-Type': contentType }, Buffer.from(JSON.stringify(EVENT)))).toStrictEqual(EVENT)
    },
  )
})

describe('decode refuses', () => {
  const json = (members: Record<string, unknown>) => JSON.stringify({ ...EVENT, ...members })
  const rows: [string, Headers, string | Uint8Array, RegExp][] = [
    ['no id', { ...MINIMAL, 'ce-id': undefined }, '', /"id" is missing/],
    ['an empty id', { ...MINIMAL, 'ce-id': '' }, '', /"id" is missing or empty/],
    ['no source', { ...MINIMAL, 'ce-source': undefined }, '', /"source" is missing/],
    ['no type', { ...MINIMAL, 'ce-type': undefined }, '', /"type" is missing/],
    [
      'no specversion',
      { ...MINIMAL, 'ce-specversion': undefined },
      '',
      /"specversion" is missing.*set it to "1.0"/,
    ],
    ['not an event at all', { 'content-type': 'application/json' }, '{}', /"specversion" is missing/],
    ['another specversion', { ...MINIMAL, 'ce-specversion': '0.3' }, '', /must be "1.0", not "0.3"/],
    ['a name with a dash', { ...MINIMAL, 'ce-my-ext': 'x' }, '', /"my-ext" is not an attribute name/],
    ['the name data', { ...MINIMAL, 'ce-data': 'x' }, '', /"data" is not an attribute name/],
    [
      'ce-datacontenttype',
      { ...MINIMAL, 'ce-datacontenttype': 'x/y' },
      '',
      /ce-datacontenttype is not allowed/,
    ],
    ['an attribute twice', { ...MINIMAL, 'ce-x': ['1', '2'] }, '', /ce-x came more than once/],
    ['an attribute twice in other cases', { ...MINIMAL, 'CE-ID': '2' }, '', /ce-id came more than once/],
    [
      'a time without zone',
      { ...MINIMAL, 'ce-time': '2026-01-02T03:04:05' },
      '',
      /"time" must be an RFC 3339/,
    ],
    ['a day that does not exist', { ...MINIMAL, 'ce-time': '2026-02-29T00:00:00Z' }, '', /"time" must be/],
    ['a source with a space', { ...MINIMAL, 'ce-source': 'a%20b' }, '', /"source" must be a URI-reference/],
    [
      'a relative dataschema',
      { ...MINIMAL, 'ce-dataschema': 'x' },
      '',
      /"dataschema" must be an absolute URI/,
    ],
    ['an empty subject', { ...MINIMAL, 'ce-subject': '' }, '', /"subject" must not be empty/],
    [
      'a line break in a value',
      { ...MINIMAL, 'ce-subject': 'a%0D%0Ab' },
      '',
      /"subject" holds control characters/,
    ],
    ['bytes that are not UTF-8', { ...MINIMAL, 'ce-subject': '%FF' }, '', /"subject".*not UTF-8/],
    [
      'a content type that is none',
      { ...MINIMAL, 'content-type': 'json' },
      '',
      /"datacontenttype" must be a media type/,
    ],
    [
      'a body that is not JSON',
      { ...MINIMAL, 'content-type': 'application/json' },
      '{',
      /data is not JSON.*name another type/,
    ],
    ['JSON that is not UTF-8', { ...MINIMAL, 'content-type': 'application/json' }, BYTES, /not UTF-8/],
    [
      'a batch',
      { 'content-type': 'application/cloudevents-batch+json' },
      '[]',
      /batch.*one event per request/,
    ],
    [
      'another event format',
      { 'content-type': 'application/cloudevents+avro' },
      '',
      /\+avro is not supported/,
    ],
    ['structured, not JSON', STRUCTURED, '{', /not a JSON event/],
    ['structured, a list', STRUCTURED, '[]', /not an object/],
    ['structured, no id', STRUCTURED, json({ id: null }), /"id" is missing/],
    ['structured, a number as id', STRUCTURED, json({ id: 5 }), /"id" must be a string/],
    ['structured, a number as specversion', STRUCTURED, json({ specversion: 1 }), /must be "1.0", not 1/],
    ['structured, an upper-case name', STRUCTURED, json({ myExt: 'x' }), /"myExt" is not an attribute name/],
    [
      'structured, an object as extension',
      STRUCTURED,
      json({ ext: {} }),
      /"ext" must be a string, a boolean or/,
    ],
    ['structured, a fraction as extension', STRUCTURED, json({ ext: 1.5 }), /"ext" must be a whole number/],
    ['structured, more than 32 bits', STRUCTURED, json({ ext: 2 ** 31 }), /"ext" must be a whole number/],
    [
      'both data and data_base64',
      STRUCTURED,
      json({ data: 1, data_base64: '' }),
      /both "data" and "data_base64"/,
    ],
    ['data_base64 that is not', STRUCTURED, json({ data_base64: 'a*' }), /"data_base64" is not base64/],
    [
      'an object as text',
      STRUCTURED,
      json({ datacontenttype: 'text/plain', data: {} }),
      /"data" must be a string/,
    ],
  ]
  it.each(rows)('%s', (_, headers, body, sentence) => {
    const fault = faultOf(() => decode(headers, bytes(body)))
    expect(fault.kind).toBe('malformed')
    expect(fault.message).toMatch(sentence)
  })
})

describe('encode', () => {
  it('writes binary headers percent-encoded and the body by datacontenttype', () => {
    const event = { ...EVENT, subject: 'Zürich "1" 50%', count: 5, gone: undefined, data: 'text' }
    const { headers, body } = encodeBinary(event)
    expect(headers).toStrictEqual({
      ...MINIMAL,
      'ce-subject': 'Z%C3%BCrich%20%221%22%2050%25',
      'ce-count': '5',
      'content-type': 'application/json',
    })
    expect(Buffer.from(body).toString()).toBe('"text"')
  })

  it.each([0, false, '', null])('keeps %j in both modes', data => {
    const event = { ...EVENT, datacontenttype: 'application/json', data }
    for (const { headers, body } of [encodeBinary(event), encodeStructured(event)])
      expect(decode(headers, body)).toStrictEqual(event)
  })

  it('writes data_base64 from the SDK as bytes', () => {
    const { body } = encodeBinary({ ...EVENT, data_base64: '/wA=' })
    expect(new Uint8Array(body)).toStrictEqual(BYTES)
  })

  it.each([
    ['no type', { ...EVENT, type: '' }, /"type"/],
    ['an object as an extension', { ...EVENT, ext: {} }, /"ext"/],
    [
      'an object as text',
      { ...EVENT, datacontenttype: 'text/plain', data: {} },
      /cannot be written as text\/plain/,
    ],
    ['a function as data', { ...EVENT, data: () => 1 }, /cannot be written as JSON/],
  ])('an illegal event is our own bug: %s', (_, event, sentence) => {
    for (const encode of [encodeBinary, encodeStructured]) {
      const fault = faultOf(() => encode(event))
      expect(fault.kind).toBe('bug')
      expect(fault.message).toMatch(sentence)
    }
  })
})

describe('real events of Knative and Tekton', () => {
  const folder = new URL('../../data/events/', import.meta.url)
  it.each(readdirSync(folder))('%s comes through unchanged', file => {
    const { headers, body } = JSON.parse(readFileSync(new URL(file, folder), 'utf8'))
    const sent = Buffer.from(JSON.stringify(body))
    const event = decode(headers, sent)
    expect(event.data).toStrictEqual(body)
    expect(Buffer.from(decodeOpaque(headers, sent).data ?? []).equals(sent)).toBe(true)
    const { prefer, ...carried } = headers
    expect(prefer).toBe('reply')
    expect(encodeBinary(event).headers).toStrictEqual(carried)
  })
})
