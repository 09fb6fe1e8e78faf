// The server: what it answers besides events, what it survives, and how it ends without cutting anything off.

import { request as httpRequest } from 'node:http'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { reply } from '../../../shared/events/reply.ts'
import type { Handler } from '../../../shared/runtime/function.ts'
import { createMetrics } from '../../../shared/runtime/metrics.ts'
import { type Running, serve } from '../../../shared/runtime/serve.ts'
import { eventHeaders, functionNamed, keepLog } from './kit.ts'

const running: Running[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map(each => each.close()))
})

async function start(handle: Handler = async () => undefined, drain = async (): Promise<void> => undefined) {
  const served = [functionNamed('asked', ['example.asked'], handle)]
  const server = await serve({
    served,
    port: 0,
    log: keepLog().log,
    metrics: createMetrics(),
    drain,
    signals: 'caller',
  })
  running.push(server)
  return { ...server, url: `http://127.0.0.1:${server.port}` }
}

function post(url: string, body = '', headers = eventHeaders()): Promise<Response> {
  return fetch(url, { method: 'POST', headers, body: Buffer.from(body) })
}

/** A function that has been reached and that goes on when it is let go. */
function held(): { handle: Handler; reached: Promise<void>; letGo: () => void } {
  const reached = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<void>()
  const handle: Handler = async cause => {
    reached.resolve()
    await gate.promise
    return reply({ from: 'asked', cause, type: 'io.kubernaut.example.v1', subject: 'x' }, LARGE)
  }
  return { handle, reached: reached.promise, letGo: () => gate.resolve() }
}

/** Larger than what a socket takes at once. */
const LARGE = { text: 'x'.repeat(3 * 1024 * 1024) }

describe('besides events', () => {
  it('GET / says what to do', async () => {
    const { url } = await start()
    const response = await fetch(url)
    expect([response.status, await response.text()]).toEqual([405, 'POST a CloudEvent here.\n'])
    expect(response.headers.get('content-type')).toMatch(/^text\/plain/)
    expect(response.headers.get('allow')).toBe('POST')
  })

  it('GET / reaches no function, whatever headers it has', async () => {
    const { handle, reached, letGo } = held()
    let count = 0
    const { url } = await start(event => {
      count++
      return handle(event)
    })
    const posted = post(url)
    await reached
    const response = await fetch(url, { headers: { 'x-request-key': '1' } })
    expect([response.status, count]).toEqual([405, 1])
    letGo()
    expect((await posted).status).toBe(200)
  })

  it.each(['/health/liveness', '/health/readiness'])('%s is 200 while the process is busy', async path => {
    const { url } = await start()
    const asked = fetch(url + path)
    const until = performance.now() + 150
    while (performance.now() < until);
    expect((await asked).status).toBe(200)
    expect((await fetch(url + path)).status).toBe(200)
  })

  it('/metrics counts', async () => {
    const { url } = await start()
    await post(url)
    const response = await fetch(`${url}/metrics`)
    expect([response.status, await response.text()]).toEqual([
      200,
      expect.stringContaining('faas_invocations'),
    ])
  })
})

describe('a body over the limit of 4 MiB', () => {
  const LIMIT = 4 * 1024 * 1024
  it('is refused with 413, and the next event is handled', async () => {
    const { url } = await start()
    expect((await post(url, 'x'.repeat(LIMIT + 1))).status).toBe(413)
    expect((await post(url, 'x'.repeat(LIMIT))).status).toBe(204)
  })

  it('is refused with 413 when its length was not announced', async () => {
    const { url } = await start()
    const status = await new Promise(resolve => {
      const request = httpRequest(url, { method: 'POST', headers: eventHeaders() }, response => {
        resolve(response.statusCode)
        response.resume()
      })
      // The server hangs up on what it does not want to read.
      request.on('error', () => undefined)
      request.write('x'.repeat(LIMIT))
      request.end('x')
    })
    expect(status).toBe(413)
    expect((await post(url)).status).toBe(204)
  })
})

describe('close', () => {
  it('waits for a request in flight, whose reply arrives whole, and says meanwhile that it drains', async () => {
    const { handle, reached, letGo } = held()
    const { url, close } = await start(handle)
    const posted = post(url)
    await reached
    const whenClosed = vi.fn()
    const closed = close().then(whenClosed)
    expect((await fetch(`${url}/health/readiness`)).status).toBe(503)
    expect((await fetch(`${url}/health/liveness`)).status).toBe(200)
    expect(whenClosed).not.toHaveBeenCalled()
    letGo()
    expect(await (await posted).json()).toEqual(LARGE)
    await closed
    await expect(fetch(url)).rejects.toThrow()
  })

  it('waits for what the deployment drains', async () => {
    const work = Promise.withResolvers<void>()
    const order: string[] = []
    const { close } = await start(undefined, () => work.promise.then(() => void order.push('drained')))
    const closed = close().then(() => order.push('closed'))
    work.resolve()
    await closed
    expect(order).toEqual(['drained', 'closed'])
  })

  it('does not wait for a sender who has gone', async () => {
    const { handle, reached, letGo } = held()
    const { url, close } = await start(handle)
    const gone = new AbortController()
    const posted = fetch(url, { method: 'POST', headers: eventHeaders(), signal: gone.signal })
    await reached
    gone.abort()
    await expect(posted).rejects.toThrow()
    await close()
    letGo()
  })
})
