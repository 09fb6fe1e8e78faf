// Replies that travel on, and those that do not.

import { afterEach, describe, expect, it } from 'vitest'
import { closeAll, listen, post, start, trigger } from './broker.stage.ts'

afterEach(closeAll)

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
