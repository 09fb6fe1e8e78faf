// Reading structured mode, one row per rule of the JSON format.

import { describe, expect, it } from 'vitest'
import { decode } from '../../../shared/events/codec.ts'

const EVENT = { id: '1', source: '/s', type: 't', specversion: '1.0' }
const STRUCTURED = { 'content-type': 'application/cloudevents+json' }
const BYTES = new Uint8Array([0xff, 0x00])

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
