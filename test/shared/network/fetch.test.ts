// The way out: what is dialled was judged, what comes back is bounded, and credentials stay where they belong.

import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { createExchanger } from '../../../shared/network/exchange.ts'
import { createNetwork } from '../../../shared/network/fetch.ts'
import { closeAll, serve, serveProxy } from './servers.ts'

afterEach(closeAll)

const LOOPBACK = { ALLOWED_ADDRESSES: '127.0.0.1' }
const LIMIT = 1_000

/** DNS as a test wants it: each question takes the next answer, the last one stays. */
function dns(...answers: string[]) {
  const asked: string[] = []
  const resolve = async (name: string) => {
    asked.push(name)
    const answer = answers[Math.min(asked.length, answers.length) - 1] ?? ''
    return answer.split(' ').map(address => ({ address, family: address.includes(':') ? 6 : 4 }))
  }
  return { asked, resolve }
}

function get(
  url: string,
  options: Partial<Parameters<typeof createNetwork>[0]> & { headers?: Record<string, string> } = {},
) {
  const { headers = {}, ...network } = options
  const { fetch } = createNetwork({ environment: LOOPBACK, ...network })
  return createExchanger(fetch, 5_000)({ url: new URL(url), method: 'GET', headers, limit: LIMIT })
}

describe('an address that may not be reached', () => {
  test.each([
    ['a literal', 'http://127.0.0.1:PORT/', []],
    ['IPv6', 'http://[::ffff:127.0.0.1]:PORT/', []],
    ['a number', 'http://2130706433:PORT/', []],
    ['a name', 'http://harmless.example.com:PORT/', ['127.0.0.1']],
    ['one of two of a name', 'http://harmless.example.com:PORT/', ['8.8.8.8 127.0.0.1']],
    ['a metadata service', 'http://metadata.example.com:PORT/', ['169.254.169.254']],
  ])('is not dialled: %s', async (_what, url, answers) => {
    let served = 0
    const { port } = await serve((_, response) => response.end(String(served++)))
    const { resolve } = dns(...answers)
    const answer = get(url.replace('PORT', String(port)), { environment: {}, resolve })
    await expect(answer).rejects.toMatchObject({ name: 'NetworkError', reason: 'refused' })
    expect(served).toBe(0)
  })

  test('is not dialled behind a redirect either', async () => {
    let served = 0
    const secret = await serve((_, response) => response.end(String(served++)), '127.0.0.2')
    const { url } = await serve((_, response) =>
      response.writeHead(302, { location: `http://inner.example.com:${secret.port}/` }).end(),
    )
    await expect(get(url, { resolve: dns('127.0.0.2').resolve })).rejects.toMatchObject({ reason: 'refused' })
    expect(served).toBe(0)
  })

  test('the refusal names the host and what to do, not the address', async () => {
    const answer = get('http://inner.example.com/', { environment: {}, resolve: dns('127.0.0.1').resolve })
    await expect(answer).rejects.toThrow(
      /^inner\.example\.com is a loopback address, which may not be reached\. If .*ALLOWED_ADDRESSES\.$/,
    )
  })
})

test('a name that changes its mind is dialled where it was judged: rebinding gains nothing', async () => {
  const open = await serve((_, response) => response.end('open'))
  await serve((_, response) => response.end('secret'), '127.0.0.2', open.port)
  const { asked, resolve } = dns('127.0.0.1', '127.0.0.2')
  const { bytes } = await get(`http://rebinding.example.com:${open.port}/`, { resolve })
  expect(Buffer.from(bytes).toString()).toBe('open')
  expect(asked).toEqual(['rebinding.example.com'])
  await expect(
    get(`http://rebinding.example.com:${open.port}/`, { resolve: dns('127.0.0.2').resolve }),
  ).rejects.toMatchObject({ reason: 'refused' })
})

describe('a body', () => {
  const bomb = Buffer.alloc(50_000_000)
  test.each<[string, Record<string, string>, Buffer | undefined, string]>([
    ['that never ends', {}, undefined, 'tooLarge'],
    ['that inflates', { 'content-encoding': 'gzip' }, gzipSync(bomb), 'tooLarge'],
    ['that inflates twice', { 'content-encoding': 'gzip, gzip' }, gzipSync(gzipSync(bomb)), 'invalid'],
    ['that may ask for a large window', { 'content-encoding': 'zstd' }, zstdCompressSync(bomb), 'invalid'],
  ])('%s is bounded', async (_what, headers, body, reason) => {
    const { url } = await serve((_, response) => {
      response.writeHead(200, headers)
      if (body !== undefined) return response.end(body)
      const go = (): void => {
        if (!response.destroyed && response.write(Buffer.alloc(400))) setImmediate(go)
      }
      go()
    })
    await expect(get(url)).rejects.toMatchObject({ reason })
  })

  test.each([
    ['more', '10000000000'],
    ['less', '5'],
  ])('is counted, not believed, where it claims to be %s', async (_what, claimed) => {
    const { url } = await serve((request, response) => {
      response.writeHead(200, { 'content-length': claimed })
      response.write('hello')
      request.socket.end()
    })
    const answer = await get(url).catch(error => error)
    if (claimed === '5') expect(answer.bytes).toHaveLength(5)
    else expect(answer).toMatchObject({ reason: 'unavailable' })
  })

  test('that is modestly compressed is read', async () => {
    const { url } = await serve((_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('hello')),
    )
    expect(Buffer.from((await get(url)).bytes).toString()).toBe('hello')
  })
})

test('a redirect to another host takes no credentials along, whatever header they are in', async () => {
  const seen: unknown[] = []
  const other = await serve((request, response) => {
    seen.push([request.headers.authorization, request.headers['private-token'], request.headers.accept])
    response.end('there')
  })
  const { url } = await serve((_, response) => response.writeHead(302, { location: other.url }).end())
  const headers = { authorization: 'Bearer t', 'private-token': 't', accept: 'text/plain' }
  await get(url, { headers })
  expect(seen).toEqual([[undefined, undefined, 'text/plain']])
})

describe('behind a proxy', () => {
  test('everything goes through its tunnel, with its login', async () => {
    const target = await serve((_, response) => response.end('there'))
    const proxy = await serveProxy(target)
    const environment = { HTTP_PROXY: `http://me:p%40ss@127.0.0.1:${proxy.port}` }
    const { bytes } = await get('http://outside.example.com/', { environment })
    expect(Buffer.from(bytes).toString()).toBe('there')
    expect(proxy.asked).toEqual([`outside.example.com:80 Basic ${Buffer.from('me:p@ss').toString('base64')}`])
  })

  test('a literal address is judged all the same', async () => {
    const proxy = await serveProxy(await serve((_, response) => response.end('there')))
    const environment = { HTTP_PROXY: proxy.url }
    await expect(get('http://169.254.169.254/', { environment })).rejects.toMatchObject({ reason: 'refused' })
    expect(proxy.asked).toEqual([])
  })

  test('one that does not tunnel is named', async () => {
    const proxy = await serveProxy(undefined)
    const answer = get('http://outside.example.com/', { environment: { HTTP_PROXY: proxy.url } })
    await expect(answer).rejects.toThrow(
      /^the proxy 127\.0\.0\.1:\d+ answered 403 for outside\.example\.com:80/,
    )
  })
})
