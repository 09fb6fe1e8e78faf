// emit resolves on 2xx only, and says what a Broker would do about everything else.

import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { decode } from '../../../shared/events/codec.ts'
import { emit } from '../../../shared/events/emit.ts'

const EVENT = { id: '1', source: '/s', type: 't', specversion: '1.0', data: { a: 'ü' } }
const closing: (() => void)[] = []

afterEach(() => {
  for (const close of closing.splice(0)) close()
})

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

function answering(status: number, body = ''): Promise<string> {
  return serve((request, response) => {
    request.resume().on('end', () => response.writeHead(status).end(body))
  })
}

describe('emit', () => {
  it('posts the event in binary mode', async () => {
    const received = Promise.withResolvers<unknown>()
    const url = await serve(async (request, response) => {
      received.resolve(decode(request.headersDistinct, await buffer(request)))
      response.writeHead(202).end()
    })
    await emit(fetch, url, EVENT)
    expect(await received.promise).toStrictEqual({ ...EVENT, datacontenttype: 'application/json' })
  })

  it.each([200, 202, 204])('%i is sent', async status => {
    await expect(emit(fetch, await answering(status), EVENT)).resolves.toBeUndefined()
  })

  it.each([404, 408, 409, 429, 500, 503])('%i is unavailable', async status => {
    const failure = emit(fetch, await answering(status, 'x'.repeat(300)), EVENT)
    await expect(failure).rejects.toMatchObject({ kind: 'unavailable' })
    await expect(failure).rejects.toThrow(new RegExp(`answered ${status} to t: x{200}$`))
  })

  it.each([302, 400, 403, 413, 422])('%i is impossible', async status => {
    const failure = emit(fetch, await answering(status), EVENT)
    await expect(failure).rejects.toMatchObject({ kind: 'impossible' })
  })

  it('nobody listening is unavailable, with the reason', async () => {
    const failure = emit(fetch, 'http://127.0.0.1:1/', EVENT)
    await expect(failure).rejects.toMatchObject({ kind: 'unavailable' })
    await expect(failure).rejects.toThrow(/no answer from http:\/\/127\.0\.0\.1:1\/: .+: .+/)
  })

  it('a timeout is unavailable', async () => {
    const url = await serve(() => undefined)
    await expect(emit(fetch, url, EVENT, { timeout: 20 })).rejects.toMatchObject({ kind: 'unavailable' })
  })

  it('an aborted signal gives up', async () => {
    const stop = new AbortController()
    const url = await serve(() => stop.abort())
    await expect(emit(fetch, url, EVENT, { signal: stop.signal })).rejects.toMatchObject({
      kind: 'unavailable',
    })
  })
})
