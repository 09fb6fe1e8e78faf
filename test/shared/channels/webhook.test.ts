// The webhook gets the CloudEvent in structured mode, signed as Standard Webhooks has it.

import { createHmac } from 'node:crypto'
import { HTTP } from 'cloudevents'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { webhookReceiver } from '../../../shared/channels/webhook.ts'
import type { CloudEvent } from '../../../shared/events/cloudevent.ts'
import { type Endpoint, eventOf, newsOf, startEndpoint } from './kit.ts'

const SECRET = 'a secret of some length'
const NOW = 1_795_252_403_117
let endpoint: Endpoint

beforeEach(async () => {
  endpoint = await startEndpoint()
})
afterEach(() => endpoint.close())

async function tell(event: CloudEvent = eventOf(), secret = SECRET) {
  const receiver = webhookReceiver({ url: endpoint.url, secret, fetch, clock: { now: () => NOW } })
  await receiver.tell(newsOf({ event }))
  const received = endpoint.received.at(-1)
  if (received === undefined) throw new Error('nothing was received')
  return received
}

/** What the owner of the webhook computes, from the specification (section "Signature scheme"). */
function expectedSignature(key: Uint8Array, { headers, body }: Awaited<ReturnType<typeof tell>>): string {
  const signed = Buffer.concat([
    Buffer.from(`${headers['webhook-id']}.${headers['webhook-timestamp']}.`),
    Buffer.from(body),
  ])
  return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`
}

describe('the webhook', () => {
  it('gets the whole event in structured mode', async () => {
    const { headers, body } = await tell()
    expect(headers['content-type']).toMatch(/^application\/cloudevents\+json/)
    expect(HTTP.toEvent({ headers, body })).toMatchObject(eventOf())
  })

  it('gets the id of the event, the same each time, and seconds', async () => {
    const [first, second] = [await tell(), await tell()]
    expect(first.headers).toMatchObject({ 'webhook-id': eventOf().id, 'webhook-timestamp': '1795252403' })
    expect(second.headers['webhook-signature']).toBe(first.headers['webhook-signature'])
  })

  it('can check who sent it', async () => {
    const received = await tell()
    const key = Buffer.from(SECRET)
    expect(received.headers['webhook-signature']).toBe(expectedSignature(key, received))
  })

  it('can check it with the bytes of a whsec_ secret, as the libraries of Standard Webhooks do', async () => {
    const key = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64')
    const received = await tell(eventOf(), 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')
    expect(received.headers['webhook-signature']).toBe(expectedSignature(key, received))
  })

  it('sees a change of any attribute, of the data, and of the secret', async () => {
    const { headers } = await tell()
    const others = [
      await tell(eventOf({ subject: 'rem-2' })),
      await tell(eventOf({ data: {} })),
      await tell(eventOf(), 'another secret of some length'),
    ]
    for (const other of others)
      expect(other.headers['webhook-signature']).not.toBe(headers['webhook-signature'])
  })

  it.each([
    ['not ASCII', 'incident-ü-1'],
    ['with a line break', 'a\u2028b'],
    ['with a dot, which would make the signed text ambiguous', 'a.1.b'],
    ['with a space', 'incident 1'],
  ])('gets an id that a header can hold for an event whose id is %s', async (_, id) => {
    const event = eventOf({ id })
    const received = await tell(event)
    expect(received.headers['webhook-id']).toMatch(/^[0-9a-f]{40}$/)
    expect((await tell(event)).headers['webhook-id']).toBe(received.headers['webhook-id'])
    expect(JSON.parse(received.body)).toMatchObject({ id })
    expect(received.headers['webhook-signature']).toBe(expectedSignature(Buffer.from(SECRET), received))
  })
})
