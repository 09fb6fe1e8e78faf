// Writing events, and the real events of Knative and Tekton there and back.

import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { decode, decodeOpaque, encodeBinary, encodeStructured } from '../../../shared/events/codec.ts'
import { faultOf } from './fault-of.ts'

const MINIMAL = { 'ce-id': '1', 'ce-source': '/s', 'ce-type': 't', 'ce-specversion': '1.0' }
const EVENT = { id: '1', source: '/s', type: 't', specversion: '1.0' }
const BYTES = new Uint8Array([0xff, 0x00])

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
