// Reading binary mode, one row per rule of the HTTP binding.

import { describe, expect, it } from 'vitest'
import { decode } from '../../../shared/events/codec.ts'

const MINIMAL = { 'ce-id': '1', 'ce-source': '/s', 'ce-type': 't', 'ce-specversion': '1.0' }
const EVENT = { id: '1', source: '/s', type: 't', specversion: '1.0' }
const BYTES = new Uint8Array([0xff, 0x00])

type Headers = Record<string, string | string[] | undefined>

function bytes(body: string | Uint8Array): Uint8Array {
  return typeof body === 'string' ? Buffer.from(body) : body
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
