// The system's own events: the same cause gives the same event, and every attribute travels through any Broker.

import { describe, expect, it } from 'vitest'
import type { CloudEvent } from '../../../shared/events/cloudevent.ts'
import { FLOWS, schemaAddress, TYPE } from '../../../shared/events/contract.ts'
import { correlationOf } from '../../../shared/events/identity.ts'
import { news, reply, sourceOf } from '../../../shared/events/reply.ts'

const TRACE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
/** An id as an analysis service may have it: nothing that may travel in a header as it is. */
const WILD: CloudEvent = {
  specversion: '1.0',
  id: 'incident "ü" 100% / 1',
  source: '/analysis?a=b%20c',
  type: TYPE.analysisCompleted,
  subject: 'a b',
  traceparent: TRACE,
}
const CAUSE: CloudEvent = { ...WILD, id: 'incident-1', source: '/analysis' }

function answerTo(cause: CloudEvent, type: string = TYPE.validated): CloudEvent {
  const correlationId = correlationOf(cause)
  return reply({ from: 'validate', cause, type, subject: `rem-${correlationId}`, correlationId }, { a: 1 })
}

const aboutRun = {
  from: 'notify',
  type: TYPE.succeeded,
  subject: 'rem-1',
  uid: 'u1',
  phase: 'ended',
} as const

describe('a reply', () => {
  it('says what it is, where it comes from, and what it answers', () => {
    const correlationid = correlationOf(CAUSE)
    expect(answerTo(CAUSE)).toEqual({
      specversion: '1.0',
      id: expect.stringMatching(/^[0-9a-f]{40}$/),
      source: '/playbook-functions/validate',
      type: TYPE.validated,
      subject: `rem-${correlationid}`,
      datacontenttype: 'application/json',
      dataschema: schemaAddress(TYPE.validated),
      correlationid,
      causationid: 'incident-1',
      traceparent: TRACE,
      data: { a: 1 },
    })
  })

  it('is the same event when its cause comes again, even with another trace', () => {
    expect(answerTo({ ...CAUSE, traceparent: 'other', knativebrokerttl: 3 }).id).toBe(answerTo(CAUSE).id)
  })

  it('has an id of its own for each cause and type', () => {
    const ids = [CAUSE, WILD, { ...CAUSE, source: '/other' }].flatMap(cause =>
      FLOWS.validate.replies.map(type => answerTo(cause, type).id),
    )
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('leaves out what is not known', () => {
    const { traceparent: _, ...untraced } = CAUSE
    const event = reply({ from: 'validate', cause: untraced, type: TYPE.rejected, subject: 'x' }, {})
    expect(Object.keys(event)).not.toContain('traceparent')
    expect(Object.keys(event)).not.toContain('correlationid')
  })
})

describe('news of an object', () => {
  it('says what it is and needs no cause', () => {
    expect(news({ ...aboutRun, correlationId: 'c1' }, { a: 1 })).toEqual({
      specversion: '1.0',
      id: expect.stringMatching(/^[0-9a-f]{40}$/),
      source: sourceOf('notify'),
      type: TYPE.succeeded,
      subject: 'rem-1',
      datacontenttype: 'application/json',
      dataschema: schemaAddress(TYPE.succeeded),
      correlationid: 'c1',
      data: { a: 1 },
    })
  })

  it('is the same for the same object and phase, and for no other', () => {
    const ids = [{}, { uid: 'u2' }, { phase: 2 }, { type: TYPE.failed }].map(
      change => news({ ...aboutRun, ...change }, {}).id,
    )
    expect(new Set(ids).size).toBe(ids.length)
    expect(news({ ...aboutRun }, { other: 'data' }).id).toBe(ids[0])
  })
})

describe('every attribute', () => {
  it.each([
    ['a reply', answerTo(CAUSE)],
    ['a reply to an event with a wild id', answerTo(WILD)],
    ['news of an object', news({ ...aboutRun, correlationId: 'c1' }, {})],
  ])('of %s is printable ASCII without space, quote and percent', (_, event) => {
    const { data: _data, ...attributes } = event
    for (const [name, value] of Object.entries(attributes))
      expect(`${name}: ${value}`).toMatch(/^[a-z]+: [!#$&-~]+$/)
  })

  it('a cause whose id cannot travel is not named; the correlation is', () => {
    expect(answerTo(WILD)).not.toHaveProperty('causationid')
    expect(answerTo(WILD)).toMatchObject({ correlationid: correlationOf(WILD), traceparent: TRACE })
  })
})
