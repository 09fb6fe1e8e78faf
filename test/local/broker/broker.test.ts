// What the local Broker adds to the conformance scenarios: driven backoff, timeouts, lost events, faults, order.

import { afterEach, describe, expect, it } from 'vitest'
import { startBroker } from '../../../local/broker/broker.ts'
import type { Broker, Trigger } from '../../../local/broker/objects.ts'
import type { BrokerOptions, DeliveryReport, LocalBroker } from '../../../local/broker/options.ts'
import { encodeBinary } from '../../../shared/events/codec.ts'
import { type Reply, type Subscriber, startSubscriber } from '../../conformance/broker.world.ts'

const apiVersion = 'eventing.knative.dev/v1'
const BROKER: Broker = { apiVersion, kind: 'Broker', metadata: { name: 'default', namespace: 'ns' } }
const closing: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function listen(respond?: () => Reply | Promise<Reply>): Promise<Subscriber> {
  const subscriber = await startSubscriber('127.0.0.1', respond)
  closing.push(subscriber.close)
  return subscriber
}

function trigger(uri: string, spec: Partial<Trigger['spec']> = {}): Trigger {
  const metadata = { name: `t-${new URL(uri).port}`, namespace: 'ns' }
  return { apiVersion, kind: 'Trigger', metadata, spec: { broker: 'default', ...spec, subscriber: { uri } } }
}

interface Started {
  readonly broker: LocalBroker
  readonly waits: number[]
  readonly reports: DeliveryReport[]
  readonly refusals: string[]
}

async function start(triggers: readonly Trigger[], options: Partial<BrokerOptions> = {}): Promise<Started> {
  const [waits, reports, refusals] = [[] as number[], [] as DeliveryReport[], [] as string[]]
  const broker = await startBroker({
    objects: () => [BROKER, ...triggers],
    resolve: destination => destination.uri,
    mode: 'synchronous',
    clock: () => new Date('2026-01-02T03:04:05.000Z'),
    sleep: async ms => void waits.push(ms),
    onDelivery: report => reports.push(report),
    onRefused: (_, reason) => refusals.push(reason),
    ...options,
  })
  closing.unshift(broker.close)
  return { broker, waits, reports, refusals }
}

async function post({ broker }: Started, id = '1', more: Record<string, unknown> = {}): Promise<number> {
  const event = { id, source: '/s', type: 't', specversion: '1.0', ...more }
  const { headers, body } = encodeBinary(event)
  return (await fetch(broker.url('ns', 'default'), { method: 'POST', headers, body })).status
}

function ids({ received }: Subscriber): string[] {
  return received.map(({ event }) => event.id)
}

describe('retries', () => {
  it('wait exponentially from the Broker’s defaults, then the event is lost: 500', async () => {
    const subscriber = await listen(() => 503)
    const started = await start([trigger(subscriber.url)])
    expect(await post(started)).toBe(500)
    expect(started.waits).toStrictEqual([200, 400, 800, 1600, 3200, 6400, 12800, 25600, 51200, 102400])
    expect(started.reports.map(({ attempt, status }) => [attempt, status])).toStrictEqual(
      Array.from({ length: 11 }, (_, index) => [index + 1, 503]),
    )
  })

  it('wait linearly from zero', async () => {
    const subscriber = await listen(() => 429)
    const delivery = { retry: 3, backoffPolicy: 'linear' as const, backoffDelay: 'PT1S' }
    const started = await start([trigger(subscriber.url, { delivery })])
    await post(started)
    expect(started.waits).toStrictEqual([0, 1000, 2000])
  })

  it.each([404, 408, 409, 429, 500, 503])('%i is tried again', async status => {
    const subscriber = await listen(() => status)
    await post(await start([trigger(subscriber.url, { delivery: { retry: 1 } })]))
    expect(subscriber.received).toHaveLength(2)
  })

  it.each([301, 400, 401, 403, 413, 422])('%i is not', async status => {
    const subscriber = await listen(() => status)
    expect(await post(await start([trigger(subscriber.url, { delivery: { retry: 1 } })]))).toBe(500)
    expect(subscriber.received).toHaveLength(1)
  })

  it('one Trigger’s loss is the sender’s 500, though the other was served', async () => {
    const [good, bad] = [await listen(), await listen(() => 400)]
    expect(await post(await start([trigger(good.url), trigger(bad.url)]))).toBe(500)
    expect(good.received).toHaveLength(1)
  })
})

describe('the dead letter', () => {
  it('of nobody listening carries 500 and the reason, and still its passes', async () => {
    const dead = await listen()
    const delivery = { retry: 0, deadLetterSink: { uri: dead.url } }
    expect(await post(await start([trigger('http://127.0.0.1:1/', { delivery })]))).toBe(202)
    const letter = dead.received[0]?.event
    expect(letter).toMatchObject({
      knativeerrordest: 'http://127.0.0.1:1/',
      knativeerrorcode: '500',
      knativebrokerttl: '255',
      knativearrivaltime: '2026-01-02T03:04:05.000Z',
    })
    expect(Buffer.from(String(letter?.knativeerrordata), 'base64').toString()).toMatch(/^dispatch error: /)
  })

  it('of a timeout carries no reason, as the default Broker has none', async () => {
    const [dead, slow] = [await listen(), await listen(() => new Promise<Reply>(() => undefined))]
    const delivery = { retry: 1, timeout: 'PT0.02S', deadLetterSink: { uri: dead.url } }
    expect(await post(await start([trigger(slow.url, { delivery })]))).toBe(202)
    expect(slow.received).toHaveLength(2)
    expect(dead.received[0]?.event.knativeerrorcode).toBeUndefined()
  })

  it('cuts the answer at 1024 characters of base64', async () => {
    const [dead, bad] = [await listen(), await listen(() => ({ status: 422, body: 'x'.repeat(2000) }))]
    await post(await start([trigger(bad.url, { delivery: { deadLetterSink: { uri: dead.url } } })]))
    expect(dead.received[0]?.event.knativeerrordata).toHaveLength(1024)
  })

  it('is tried again like any delivery, and the event is lost when the sink never takes it', async () => {
    const [dead, bad] = [await listen(() => 503), await listen(() => 400)]
    const delivery = { retry: 2, deadLetterSink: { uri: dead.url } }
    expect(await post(await start([trigger(bad.url, { delivery })]))).toBe(500)
    expect(dead.received).toHaveLength(3)
  })
})

describe('replies', () => {
  it('start from 255 passes and arrive with the cause’s passes less one', async () => {
    const reply = { id: 'r', source: '/r', type: 'u', specversion: '1.0', knativebrokerttl: '9' }
    const first = await listen(() => ({ status: 200, event: reply }))
    const dead = await listen()
    const fails = await listen(() => 400)
    const started = await start([
      trigger(first.url, { filter: { attributes: { type: 't' } } }),
      trigger(fails.url, {
        filter: { attributes: { type: 'u' } },
        delivery: { deadLetterSink: { uri: dead.url } },
      }),
    ])
    expect(await post(started)).toBe(202)
    expect(dead.received[0]?.event).toMatchObject({ id: 'r', knativebrokerttl: '254' })
    expect(started.reports.map(({ leg }) => leg)).toStrictEqual([
      'subscriber',
      'subscriber',
      'deadletter',
      'reply',
    ])
  })

  const REPLY = { id: 'r', source: '/r', type: 'u', specversion: '1.0' }

  /** Sends real requests and changes one header of the answers. */
  function withHeader(name: string, value: string): typeof fetch {
    return async (...request) => {
      const response = await fetch(...request)
      const headers = new Headers(response.headers)
      headers.set(name, value)
      return new Response(await response.arrayBuffer(), { status: response.status, headers })
    }
  }

  it('malformed ones are tried again as 502', async () => {
    const subscriber = await listen(() => ({ status: 200, event: REPLY }))
    const options = { fetch: withHeader('ce-time', 'yesterday') }
    const started = await start([trigger(subscriber.url, { delivery: { retry: 1 } })], options)
    expect(await post(started)).toBe(500)
    expect(started.reports.map(({ status }) => status)).toStrictEqual([502, 502])
  })

  it('without an id they bury the cause at once, as the ingress answers 400', async () => {
    const [dead, subscriber] = [await listen(), await listen(() => ({ status: 200, event: REPLY }))]
    const delivery = { retry: 3, deadLetterSink: { uri: dead.url } }
    const started = await start([trigger(subscriber.url, { delivery })], { fetch: withHeader('ce-id', '') })
    expect(await post(started)).toBe(202)
    expect(subscriber.received).toHaveLength(1)
    expect(dead.received[0]?.event).toMatchObject({
      id: '1',
      knativeerrorcode: '400',
      knativeerrordest: started.broker.url('ns', 'default'),
      knativeerrordata: '',
    })
  })

  it('of an unknown specversion are no events: fine when empty', async () => {
    const subscriber = await listen(() => ({ status: 200, event: REPLY }))
    const started = await start([trigger(subscriber.url)], { fetch: withHeader('ce-specversion', '0.9') })
    expect(await post(started)).toBe(202)
    expect(started.reports.map(({ reply }) => reply)).toStrictEqual([undefined])
  })
})

describe('refused Triggers', () => {
  it('get nothing, are told once why, and do not hurt the sender', async () => {
    const subscriber = await listen()
    const refused = [
      trigger(subscriber.url, { filters: [{ cesql: 'TRUE' }] }),
      trigger(subscriber.url, { delivery: { timeout: '5s' } }),
    ]
    const started = await start(refused)
    expect(await post(started)).toBe(202)
    await post(started, '2')
    expect(subscriber.received).toHaveLength(0)
    expect(started.refusals).toStrictEqual([
      expect.stringContaining('cesql is not supported'),
      expect.stringContaining('"5s" is not an ISO 8601 duration'),
    ])
  })

  it('a subscriber or sink without an address is told', async () => {
    const deadLetterSink = { uri: 'http://nowhere' }
    const triggers = [
      trigger('http://nowhere'),
      trigger('http://127.0.0.1:1/', { delivery: { deadLetterSink } }),
    ]
    const resolve: BrokerOptions['resolve'] = ({ uri }) => (uri?.includes('nowhere') ? undefined : uri)
    const started = await start(triggers, { resolve })
    expect(await post(started)).toBe(500)
    expect(started.refusals).toStrictEqual([
      expect.stringContaining('subscriber has no address'),
      expect.stringContaining('dead letter sink has no address'),
    ])
  })
})

describe('modes and faults', () => {
  it('asynchronous: 202 at once, in order, each after the one before', async () => {
    const gate = Promise.withResolvers<Reply>()
    const subscriber = await listen(() => gate.promise)
    const started = await start([trigger(subscriber.url)], { mode: 'asynchronous' })
    for (const id of ['1', '2', '3']) expect(await post(started, id)).toBe(202)
    expect(started.reports).toHaveLength(0)
    gate.resolve(200)
    await started.broker.idle()
    expect(ids(subscriber)).toStrictEqual(['1', '2', '3'])
  })

  it('reorders: the newest of a lane first', async () => {
    const gate = Promise.withResolvers<Reply>()
    const subscriber = await listen(() => gate.promise)
    const options = { mode: 'asynchronous' as const, faults: { reorder: true } }
    const started = await start([trigger(subscriber.url)], options)
    await post(started, '1')
    while (subscriber.received.length === 0) await new Promise(resolve => setImmediate(resolve))
    for (const id of ['2', '3', '4']) await post(started, id)
    gate.resolve(200)
    await started.broker.idle()
    expect(ids(subscriber)).toStrictEqual(['1', '4', '3', '2'])
  })

  it('duplicates and drops', async () => {
    const subscriber = await listen()
    const faults: BrokerOptions['faults'] = { duplicate: 2, drop: event => event.subject === 'gone' }
    const started = await start([trigger(subscriber.url)], { faults })
    expect(await post(started, '1', { subject: 'gone' })).toBe(202)
    expect(await post(started, '2')).toBe(202)
    expect(ids(subscriber)).toStrictEqual(['2', '2', '2'])
  })

  it('close gives up what is under way', async () => {
    const subscriber = await listen(() => new Promise<Reply>(() => undefined))
    const started = await start([trigger(subscriber.url)], { mode: 'asynchronous' })
    await post(started)
    await started.broker.close()
    await expect(post(started)).rejects.toThrow()
  })

  it('sends structured JSON where the Trigger asks for it, numbers unharmed', async () => {
    const subscriber = await listen()
    const started = await start([trigger(subscriber.url, { delivery: { format: 'json' } })])
    await post(started, '1', { data: { a: 1.5 } })
    expect(subscriber.received[0]?.headers['content-type']).toMatch(/^application\/cloudevents\+json/)
    expect(subscriber.received[0]?.event.data).toStrictEqual({ a: 1.5 })
  })
})
