// A dead letter as it is kept: the event as its sender sent it, why it died, and one name however often it dies.

import { describe, expect, it } from 'vitest'
import { deadLetterOf } from '../../../shared/deadletters/dead-letter.ts'
import type { CloudEvent } from '../../../shared/events/cloudevent.ts'
import { decode } from '../../../shared/events/codec.ts'

const SENT: CloudEvent = {
  specversion: '1.0',
  id: 'incident-1',
  source: '/analysis',
  type: 'io.kubernaut.analysis.completed.v1',
  subject: 'x',
  datacontenttype: 'application/json',
  correlationid: 'c1',
  data: { strategies: [] },
}

/** What the Broker adds on the way, and when it gives up (knative/specs eventing/control-plane.md). */
const DIED: CloudEvent = {
  ...SENT,
  knativearrivaltime: '2026-11-21T06:13:25.051266863Z',
  knativebrokerttl: '254',
  knativeerrordest: 'http://execute.kubernaut-system.svc.cluster.local/execute',
  knativeerrorcode: '503',
  knativeerrordata: Buffer.from('the registry is down').toString('base64'),
}

function kept(event: CloudEvent): CloudEvent {
  const { data } = deadLetterOf(event, 'tools')
  return decode({ 'content-type': 'application/cloudevents+json' }, Buffer.from(data.event))
}

describe('what is kept', () => {
  it('is a ConfigMap that the sweep finds by its label', () => {
    expect(deadLetterOf(DIED, 'tools')).toMatchObject({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: expect.stringMatching(/^dead-[0-9a-f]{40}$/),
        namespace: 'tools',
        labels: { 'playbook.kubernaut.io/dead-letter': 'true' },
      },
      data: { whole: 'true' },
    })
  })

  it('is the event as its sender sent it, without what the Broker added', () => {
    expect(kept(DIED)).toEqual(SENT)
  })

  it.each([
    ['text', 'text/plain', 'größe'],
    ['bytes', 'application/octet-stream', new Uint8Array([0xff, 0x00])],
    ['no data', 'application/json', undefined],
  ])('is whole with %s', (_, datacontenttype, data) => {
    const { data: _data, ...rest } = SENT
    const event = { ...rest, datacontenttype, ...(data === undefined ? {} : { data }) }
    const found = kept(event)
    const plain = found.data instanceof Uint8Array ? { ...found, data: new Uint8Array(found.data) } : found
    expect(plain).toEqual(event)
  })
})

describe('why it died', () => {
  const why = (event: CloudEvent) => deadLetterOf(event, 'tools').data.why
  const { knativeerrordest, knativeerrorcode, knativeerrordata, ...silent } = DIED

  it('is who answered what', () => {
    expect(why(DIED)).toBe(`${knativeerrordest} answered 503: the registry is down`)
  })

  it.each([
    ['no body', { ...silent, knativeerrordest, knativeerrorcode }, `${knativeerrordest} answered 503`],
    [
      'a number as the code',
      { ...silent, knativeerrordest, knativeerrorcode: 503 },
      `${knativeerrordest} answered 503`,
    ],
    [
      'no code',
      { ...silent, knativeerrordest, knativeerrordata },
      `${knativeerrordest} answered nothing: the registry is down`,
    ],
    ['nothing at all', SENT, 'an unknown subscriber answered nothing'],
  ])('is told as far as it is known: %s', (_, event, expected) => {
    expect(why(event)).toBe(expected)
  })
})

describe('the name', () => {
  const name = (event: CloudEvent) => deadLetterOf(event, 'tools').metadata.name

  it('is the same for the same event and subscriber, whatever the failure was', () => {
    const again = {
      ...DIED,
      knativeerrorcode: '500',
      knativearrivaltime: '2026-11-21T07:00:00Z',
      knativebrokerttl: '9',
    }
    expect(name(again)).toBe(name(DIED))
  })

  it('is another for another event, source or subscriber', () => {
    const others = [{}, { id: 'incident-2' }, { source: '/other' }, { knativeerrordest: 'http://notify' }]
    const names = others.map(change => name({ ...DIED, ...change }))
    expect(new Set(names).size).toBe(names.length)
  })
})

describe('a letter that is too large', () => {
  const CAP = 512 * 1024
  const HUGE = { ...DIED, data: { text: 'ü'.repeat(CAP) } }

  it('keeps its attributes and says that it is not whole', () => {
    const { data: _, ...attributes } = SENT
    expect(deadLetterOf(HUGE, 'tools').data.whole).toBe('false')
    expect(kept(HUGE)).toEqual(attributes)
  })

  it('has the same name as ever', () => {
    expect(deadLetterOf(HUGE, 'tools').metadata.name).toBe(deadLetterOf(DIED, 'tools').metadata.name)
  })

  it.each([CAP, CAP + 1])('is measured in bytes as it is kept: %i', bytes => {
    const empty = deadLetterOf({ ...DIED, data: '' }, 'tools').data.event
    const event = { ...DIED, data: 'x'.repeat(bytes - Buffer.byteLength(empty)) }
    const { data } = deadLetterOf(event, 'tools')
    expect(data.whole).toBe(bytes === CAP ? 'true' : 'false')
    expect(Buffer.byteLength(data.event)).toBeLessThanOrEqual(CAP)
  })

  it('fits even where it is the attributes that are large', () => {
    const event = { ...DIED, subject: 'x'.repeat(2 * CAP), data: {} }
    const { data } = deadLetterOf(event, 'tools')
    expect(Buffer.byteLength(data.event)).toBeLessThanOrEqual(CAP)
    expect(data.whole).toBe('false')
    expect(kept(event)).toMatchObject({ id: 'incident-1', source: '/analysis', type: SENT.type })
  })

  it('fits even where every attribute is large, in any language', () => {
    const large = `x${'😀'.repeat(CAP)}`
    const event = { ...DIED, id: large, source: `/${'x'.repeat(CAP)}`, type: large }
    const { data } = deadLetterOf(event, 'tools')
    expect(Buffer.byteLength(data.event)).toBeLessThanOrEqual(CAP)
    expect(kept(event).id).toMatch(/^x😀/u)
  })
})
