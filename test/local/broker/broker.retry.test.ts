// Retries with driven backoff, and what the dead letter tells.

import { afterEach, describe, expect, it } from 'vitest'
import type { Reply } from '../../conformance/broker.world.ts'
import { closeAll, listen, post, start, trigger } from './broker.stage.ts'

afterEach(closeAll)

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
    // The sink for dead letters has as long, and is to answer in time on a busy machine too.
    const delivery = { retry: 1, timeout: 'PT0.5S', deadLetterSink: { uri: dead.url } }
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
