// A program behind the tunnel goes where it may, and takes what it may.

import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import { fetch, ProxyAgent } from 'undici'
import { afterEach, describe, expect, test } from 'vitest'
import { NetworkError } from '../../../shared/network/error.ts'
import { createNetwork } from '../../../shared/network/fetch.ts'
import { openTunnel, type TunnelOptions } from '../../../shared/network/tunnel.ts'
import { closeAll, serve } from './servers.ts'

afterEach(closeAll)

const { dial } = createNetwork({ environment: { ALLOWED_ADDRESSES: '127.0.0.1' } })
const open = (options: Partial<TunnelOptions> = {}) => openTunnel({ dial, limit: 1_000, ...options })

/** What a program gets that asks through the tunnel: in plain HTTP, or by CONNECT. */
async function through(proxy: string, url: string, connect = false): Promise<string> {
  const dispatcher = new ProxyAgent({ uri: proxy, proxyTunnel: connect })
  try {
    return await (await fetch(url, { method: 'POST', body: 'sent', dispatcher })).text()
  } finally {
    await dispatcher.destroy()
  }
}

describe.each([
  ['plain HTTP', false],
  ['CONNECT', true],
])('by %s', (_what, connect) => {
  test('what is allowed is passed on, both ways', async () => {
    const { url } = await serve(async (incoming, response) => {
      const sent = Buffer.concat(await incoming.toArray())
      response.end(`${incoming.method} ${incoming.url} ${sent}`)
    })
    await using tunnel = await open()
    expect(await through(tunnel.url, `${url}/a?b=c`, connect)).toBe('POST /a?b=c sent')
    expect(tunnel.fault()).toBeUndefined()
  })

  test('an address that may not be reached is not', async () => {
    let served = 0
    const { port } = await serve((_, response) => response.end(String(served++)), '127.0.0.2')
    await using tunnel = await open()
    await through(tunnel.url, `http://127.0.0.2:${port}/`, connect).catch(() => undefined)
    expect(served).toBe(0)
    expect(tunnel.fault()).toMatchObject({ reason: 'refused' })
  })

  test('only one place may be reached where that is all', async () => {
    const [first, second] = [await serve((_, r) => r.end('first')), await serve((_, r) => r.end('second'))]
    await using tunnel = await open({ only: `127.0.0.1:${first.port}` })
    expect(await through(tunnel.url, first.url, connect)).toBe('first')
    expect(await through(tunnel.url, second.url, connect).catch(() => 'nothing')).not.toBe('second')
    expect(tunnel.fault()).toMatchObject({ reason: 'refused' })
  })

  test('more than the limit is cut, until more is allowed', async () => {
    const { url } = await serve((_, response) => response.end('x'.repeat(2_000)))
    await using tunnel = await open()
    expect(await through(tunnel.url, url, connect).catch(() => '')).not.toHaveLength(2_000)
    expect(tunnel.fault()).toMatchObject({ reason: 'tooLarge' })
    tunnel.allow(4_000)
    expect(await through(tunnel.url, url, connect)).toHaveLength(2_000)
  })
})

test('what still goes through it when it is closed is cut', async () => {
  const { url } = await serve((_, response) => response.writeHead(200).write('begun'))
  const tunnel = await open()
  const { port, hostname } = new URL(tunnel.url)
  const asked = request({ hostname, port, path: url }).end()
  const [response] = await once(asked, 'response')
  const cut = new Promise(resolve => response.on('close', resolve))
  response.on('error', () => undefined).resume()
  await tunnel[Symbol.asyncDispose]()
  await cut
  await expect(through(tunnel.url, url)).rejects.toThrow()
})

test('a program that dies while it waits harms nobody', async () => {
  const dialling = Promise.withResolvers<void>()
  const answer = Promise.withResolvers<never>()
  await using tunnel = await open({
    dial() {
      dialling.resolve()
      return answer.promise
    },
  })
  const client = connect(Number(new URL(tunnel.url).port), '127.0.0.1')
  client.write('CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n')
  await dialling.promise
  client.resetAndDestroy()
  answer.reject(new NetworkError('unavailable', 'too late'))
  await expect.poll(() => tunnel.fault()).toMatchObject({ message: 'too late' })
})
