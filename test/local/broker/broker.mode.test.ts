// Refused Triggers, both modes, injected faults and closing.

import { afterEach, describe, expect, it } from 'vitest'
import type { BrokerOptions } from '../../../local/broker/options.ts'
import type { Reply } from '../../conformance/broker.world.ts'
import { closeAll, ids, listen, post, start, trigger } from './broker.stage.ts'

afterEach(closeAll)

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
