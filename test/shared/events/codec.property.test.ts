// Laws of the codec: what is encoded is what is decoded, and the SDK reads the same attributes.

import { HTTP } from 'cloudevents'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CloudEvent } from '../../../shared/events/cloudevent.ts'
import { decode, encodeBinary, encodeStructured } from '../../../shared/events/codec.ts'

const text = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .filter(value => !/[\p{Control}\p{Noncharacter_Code_Point}]/u.test(value))
const ascii = fc.stringMatching(/^[A-Za-z0-9._/:-]{1,20}$/)
const time = fc
  .date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true })
  .map(date => date.toISOString())
const RESERVED = new Set('id source type specversion subject time dataschema datacontenttype data'.split(' '))
const extensionName = fc.stringMatching(/^[a-z][a-z0-9]{0,9}$/).filter(name => !RESERVED.has(name))
const json = fc.jsonValue({ maxDepth: 3 }).map(value => JSON.parse(JSON.stringify(value)) as unknown)

const content = fc.oneof(
  fc.record({ datacontenttype: fc.constantFrom('application/json', 'application/x+json'), data: json }),
  fc.record({ datacontenttype: fc.constantFrom('text/plain', 'application/xml'), data: text }),
  fc.record({
    datacontenttype: fc.constant('application/octet-stream'),
    data: fc.uint8Array({ minLength: 1, maxLength: 40 }),
  }),
  fc.constant({}),
)

interface Values {
  readonly value: fc.Arbitrary<string>
  readonly extension: fc.Arbitrary<unknown>
  readonly readable?: (uri: string) => boolean
}

function eventOf({ value, extension, readable = () => true }: Values): fc.Arbitrary<CloudEvent> {
  const attributes = fc.record(
    {
      id: value,
      source: fc
        .webPath()
        .map(path => `/s${path}`)
        .filter(readable),
      type: value,
      specversion: fc.constant('1.0'),
      subject: value,
      time,
      dataschema: fc.webUrl().filter(readable),
    },
    { requiredKeys: ['id', 'source', 'type', 'specversion'] },
  )
  const extensions = fc.dictionary(extensionName, extension, { maxKeys: 3, noNullPrototype: true })
  return fc.tuple(attributes, extensions, content).map(parts => Object.assign({}, ...parts) as CloudEvent)
}

/** Buffers are bytes like any other. */
function plain(event: CloudEvent): CloudEvent {
  return event.data instanceof Uint8Array ? { ...event, data: new Uint8Array(event.data) } : event
}

describe('decode after encode', () => {
  it('is the event in binary mode', () => {
    fc.assert(
      fc.property(eventOf({ value: text, extension: text }), event => {
        const { headers, body } = encodeBinary(event)
        expect(plain(decode(headers, body))).toStrictEqual(event)
        for (const value of Object.values(headers)) expect(value).toMatch(/^[\u0020-\u007E]*$/)
      }),
    )
  })

  it('is the event in structured mode', () => {
    const value = fc.oneof(text, fc.boolean(), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }))
    fc.assert(
      fc.property(eventOf({ value: text, extension: value }), event => {
        const { headers, body } = encodeStructured(event)
        expect(plain(decode(headers, body))).toStrictEqual(event)
      }),
    )
  })
})

describe('the SDK', () => {
  const readable = (uri: string) => !uri.includes('%')

  it('reads the same attributes where no value needs percent-encoding', () => {
    fc.assert(
      fc.property(eventOf({ value: ascii, extension: ascii, readable }), event => {
        const { headers, body } = encodeBinary(event)
        const read = HTTP.toEvent({ headers, body: Buffer.from(body).toString('latin1') })
        if (Array.isArray(read)) throw new Error('one event was sent')
        const { data: _, ...attributes } = event
        for (const [name, value] of Object.entries(attributes))
          expect([name, read[name]]).toStrictEqual([name, value])
      }),
    )
  })
})
