// Plain requests are to an exchange what fetch is: each row through both.

import { gzipSync } from 'node:zlib'
import { Agent } from 'undici'
import { afterEach, describe, expect, test } from 'vitest'
import { createExchanger, type Exchange } from '../../../shared/network/exchange.ts'
import { plainFetch } from '../../../shared/network/plain.ts'
import { closeAll, serve } from './servers.ts'

afterEach(closeAll)

const LIMIT = 1_000

const ways = [
  ['fetch', () => globalThis.fetch],
  ['plain requests', () => plainFetch(() => new Agent())],
] as const

describe.each(ways)('%s', (_, open) => {
  const ask = (url: string, more: Partial<Exchange> = {}, timeout = 5_000) =>
    createExchanger(open(), timeout)({ url: new URL(url), method: 'GET', headers: {}, limit: LIMIT, ...more })

  test('a body is sent, and status, headers and body come back', async () => {
    const { url } = await serve((request, response) => {
      response.writeHead(201, { 'x-a': ['1', '2'], 'x-method': request.method ?? '' })
      request.pipe(response)
    })
    const answer = await ask(url, { method: 'PUT', body: new Uint8Array(Buffer.from('hello')) })
    expect(answer.status).toBe(201)
    expect([answer.headers.get('x-a'), answer.headers.get('X-Method')]).toEqual(['1, 2', 'PUT'])
    expect(Buffer.from(answer.bytes).toString()).toBe('hello')
  })

  test('HEAD has headers and no body', async () => {
    const { url } = await serve((_, response) => response.writeHead(200, { 'content-length': 42 }).end())
    const answer = await ask(url, { method: 'HEAD' })
    expect([answer.headers.get('content-length'), answer.bytes.length]).toEqual(['42', 0])
  })

  test('a redirect is followed by the exchange, and its body let go', async () => {
    const target = await serve((_, response) => response.end('there'))
    const { url } = await serve((_, response) =>
      response.writeHead(307, { location: target.url }).end('x'.repeat(500_000)),
    )
    expect(Buffer.from((await ask(url)).bytes).toString()).toBe('there')
  })

  test.each(['gzip', 'x-gzip'])('%s that nobody asked for is undone', async encoding => {
    const { url } = await serve((_, response) =>
      response.writeHead(200, { 'content-encoding': encoding }).end(gzipSync('hello')),
    )
    expect(Buffer.from((await ask(url)).bytes).toString()).toBe('hello')
  })

  test.each([
    ['plain', {}, Buffer.alloc(LIMIT + 1)],
    ['packed', { 'content-encoding': 'gzip' }, gzipSync(Buffer.alloc(50 * LIMIT))],
  ])('more than the limit is refused: %s', async (_what, headers, body) => {
    const { url } = await serve((_, response) => response.writeHead(200, headers).end(body))
    await expect(ask(url)).rejects.toMatchObject({ reason: 'tooLarge' })
  })

  test('a server that is refused in the middle of what it packed is let go', async () => {
    const gone = Promise.withResolvers<void>()
    const { url } = await serve((_, response) => {
      response.once('close', gone.resolve)
      response.writeHead(200, { 'content-encoding': 'gzip' }).write(gzipSync(Buffer.alloc(50 * LIMIT)))
    })
    await expect(ask(url, {}, 60_000)).rejects.toMatchObject({ reason: 'tooLarge' })
    await gone.promise
  })

  test('what is packed wrongly, or breaks off, is an unavailable server', async () => {
    const { url } = await serve((_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('no gzip'),
    )
    await expect(ask(url)).rejects.toMatchObject({ reason: 'unavailable' })
    const broken = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 10 })
      response.write('half', () => response.destroy())
    })
    await expect(ask(broken.url)).rejects.toMatchObject({ reason: 'unavailable' })
  })

  test('a server that is silent is given up in time, and one that is gone is named', async () => {
    const silent = await serve(() => undefined)
    await expect(ask(silent.url, {}, 50)).rejects.toThrow(/did not answer in time/)
    const { url } = await serve(() => undefined)
    await closeAll()
    await expect(ask(url)).rejects.toThrow(/127\.0\.0\.1:\d+ cannot be reached \(ECONNREFUSED\)/)
  })
})
