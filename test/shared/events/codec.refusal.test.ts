// What the codec refuses, and the sentence it gives.

import { describe, expect, it } from 'vitest'
import { decode } from '../../../shared/events/codec.ts'
import { faultOf } from './fault-of.ts'

const MINIMAL = { 'ce-id': '1', 'ce-source': '/s', 'ce-type': 't', 'ce-specversion': '1.0' }
const EVENT = { id: '1', source: '/s', type: 't', specversion: '1.0' }
const STRUCTURED = { 'content-type': 'application/cloudevents+json' }
const BYTES = new Uint8Array([0xff, 0x00])

type Headers = Record<string, string | string[] | undefined>

function bytes(body: string | Uint8Array): Uint8Array {
  return typeof body === 'string' ? Buffer.from(body) : body
}

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
