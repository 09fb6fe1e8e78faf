// A proxy on loopback for a program that dials by itself: every connection it makes is judged, and what comes back is counted.

import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Dial, Target } from './dial.ts'
import { NetworkError, networkErrorIn } from './error.ts'

export interface TunnelOptions {
  readonly dial: Dial
  /** Bytes that may come back in all. */
  readonly limit: number
  /** `host:port` where alone the program may go; anywhere if left out. */
  readonly only?: string | undefined
}

export interface Tunnel extends AsyncDisposable {
  /** For `http.proxy` and its like. */
  readonly url: string
  /** Why the first connection failed that did; a program says less about it. */
  readonly fault: () => NetworkError | undefined
  /** From now on this many bytes more, whatever was left. */
  readonly allow: (bytes: number) => void
}

const CONNECT_MS = 10_000
/** Between the program and us only (RFC 9110, section 7.6.1). */
const HOP_BY_HOP = /^(?:connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade)$/

/** Listens until it is disposed of; then whatever still goes through it is cut. */
export async function openTunnel(options: TunnelOptions): Promise<Tunnel> {
  const passage = createPassage(options)
  const server = createServer((incoming, outgoing) => {
    forward(passage, incoming, outgoing).catch(error => {
      passage.note(error)
      if (outgoing.headersSent) return outgoing.destroy()
      outgoing.writeHead(502).end()
    })
  })
  server.on('connect', (incoming: IncomingMessage, client: Socket, early: Buffer) => {
    if (early.length > 0) client.unshift(early)
    connect(passage, incoming, client).catch(error => {
      passage.note(error)
      client.destroy()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fault: passage.fault,
    allow: passage.allow,
    async [Symbol.asyncDispose]() {
      passage.close()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

type Passage = ReturnType<typeof createPassage>

function createPassage({ dial, limit, only }: TunnelOptions) {
  const ended = new AbortController()
  const open = new Set<Socket>()
  let left = limit
  let fault: NetworkError | undefined

  return {
    fault: () => fault,
    allow(bytes: number): void {
      left = bytes
    },
    note(error: unknown): void {
      fault ??= networkErrorIn(error)
    },
    close(): void {
      ended.abort()
      for (const socket of open) socket.destroy()
    },
    /** Cut when the passage closes. */
    keep(socket: Socket): void {
      open.add(socket)
      // It may break before anybody listens.
      socket.on('error', () => undefined)
      socket.on('close', () => open.delete(socket))
      if (ended.signal.aborted) socket.destroy()
    },
    async dial(target: Target): Promise<Socket> {
      if (only !== undefined && `${target.host}:${target.port}` !== only)
        throw new NetworkError('refused', `${only} leads to ${target.host}, where it may not be followed`)
      const socket = await dial(target, AbortSignal.any([ended.signal, AbortSignal.timeout(CONNECT_MS)]))
      this.keep(socket)
      return socket
    },
    counting(): Transform {
      return new Transform({
        transform(chunk: Buffer, _encoding, done) {
          left -= chunk.length
          if (left >= 0) return done(null, chunk)
          done(new NetworkError('tooLarge', `more than the ${limit} bytes that we take`))
        },
      })
    },
  }
}

async function connect(passage: Passage, { url = '' }: IncomingMessage, client: Socket): Promise<void> {
  passage.keep(client)
  const { hostname, port } = new URL(`https://${url}`)
  const server = await passage
    .dial({ protocol: 'https:', host: hostname, port: Number(port) || 443 })
    .catch(error => {
      client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
      throw error
    })
  client.write('HTTP/1.1 200 Connection established\r\n\r\n')
  // Either side may be cut at any time; what the program makes of it is what counts.
  await Promise.all([pipeline(client, server), pipeline(server, passage.counting(), client)])
}

async function forward(passage: Passage, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const url = new URL(incoming.url ?? '')
  if (url.protocol !== 'http:') throw new NetworkError('invalid', `${url.protocol} is not spoken here`)
  const host = url.hostname
  const server = await passage.dial({ protocol: 'http:', host, port: Number(url.port) || 80 })
  const headers = Object.entries(incoming.headers).filter(([name]) => !HOP_BY_HOP.test(name))
  const asked = request({
    createConnection: () => server,
    method: incoming.method,
    path: url.pathname + url.search,
    headers: Object.fromEntries(headers),
  })
  asked.on('error', () => undefined)
  const answered = once(asked, 'response')
  await Promise.all([pipeline(incoming, asked), answered])
  const [response] = await answered
  const kept = Object.entries(response.headers).filter(([name]) => !HOP_BY_HOP.test(name))
  outgoing.writeHead(response.statusCode, Object.fromEntries(kept) as Record<string, string>)
  await pipeline(response, passage.counting(), outgoing)
}
