// faas-js-runtime as the server, with everything about CloudEvents kept out of its hands.

import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answer, type HttpRequest, type Served } from './answer.ts'
import type { Log } from './log.ts'
import { type Metrics, withMetrics } from './metrics.ts'
import { startQuietly } from './start-quietly.ts'

export interface ServeOptions {
  readonly served: readonly Served[]
  readonly port: number
  readonly log: Log
  readonly metrics: Metrics
  /** Awaited before the process ends: what must not be cut off. */
  readonly drain: () => Promise<void>
  /** `process`: SIGTERM drains and ends the process, as in a pod. `caller`: the caller closes, as in the local world. */
  readonly signals: 'process' | 'caller'
}

export interface Running {
  readonly port: number
  readonly close: () => Promise<void>
}

/** Pods are killed 30 s after SIGTERM; what has not ended by then is repeated by its sender. */
const DRAIN_MS = 20_000
const KEY = 'x-request-key'

const NOT_A_POST = {
  statusCode: 405,
  headers: { 'content-type': 'text/plain; charset=utf-8', allow: 'POST' },
  body: 'POST a CloudEvent here.\n',
} as const

type Hidden = Pick<HttpRequest, 'path' | 'headers'>

/**
 * The runtime parses events with an SDK that invents ids and answers malformed ones 500. So a request's headers and
 * path are put aside before it looks, and it sees nothing but bytes; the adapter decodes them.
 */
function takeOver(
  server: Server,
  metrics: Metrics,
): { hidden: Map<string, Hidden>; inFlight: Set<ServerResponse> } {
  const hidden = new Map<string, Hidden>()
  const inFlight = new Set<ServerResponse>()
  const [listener] = server.listeners('request')
  if (listener === undefined) throw new Error('faas-js-runtime did not listen for requests')
  const forward = withMetrics(listener.bind(server), metrics)
  let count = 0
  server.removeAllListeners('request')
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    // Nobody outside may name a request that is under way.
    delete request.headers[KEY]
    if (request.method === 'POST') {
      const key = String(++count)
      hidden.set(key, { path: request.url ?? '/', headers: request.headers })
      inFlight.add(response)
      response.once('close', () => {
        hidden.delete(key)
        inFlight.delete(response)
      })
      request.headers = bytesOnly(request.headers, key)
      request.url = '/'
    }
    forward(request, response)
  })
  return { hidden, inFlight }
}

function bytesOnly(headers: IncomingHttpHeaders, key: string): IncomingHttpHeaders {
  const kept: IncomingHttpHeaders = { 'content-type': 'application/octet-stream', [KEY]: key }
  if (headers['content-length'] !== undefined) kept['content-length'] = headers['content-length']
  if (headers['transfer-encoding'] !== undefined) kept['transfer-encoding'] = headers['transfer-encoding']
  return kept
}

/** Starts the server; port 0 takes a free one. */
export async function serve({ served, port, log, metrics, drain, signals }: ServeOptions): Promise<Running> {
  let draining = false
  let hidden = new Map<string, Hidden>()
  let inFlight = new Set<ServerResponse>()

  async function finish(): Promise<void> {
    draining = true
    const deadline = AbortSignal.timeout(DRAIN_MS)
    await Promise.race([
      (async () => {
        while (inFlight.size > 0)
          await Promise.all([...inFlight].map(each => new Promise(resolve => each.once('close', resolve))))
        await drain()
      })(),
      new Promise(resolve => deadline.addEventListener('abort', resolve)),
    ])
  }

  const func = {
    async handle(context: { headers: IncomingHttpHeaders; body?: unknown }) {
      const request = hidden.get(String(context.headers[KEY]))
      if (request === undefined) return NOT_A_POST
      const body = Buffer.isBuffer(context.body) ? context.body : Buffer.alloc(0)
      const answered = await answer(served, { ...request, body }, log)
      return answered.statusCode === 204 ? undefined : answered
    },
    shutdown: finish,
    liveness: () => 'OK',
    readiness: (_: unknown, reply: { code: (status: number) => void }) => {
      if (draining) reply.code(503)
      return draining ? 'draining' : 'OK'
    },
  }
  // The runtime takes 0 for "not given" and listens on 8080; as text it reaches the socket.
  const options = { logLevel: 'error', port: port === 0 ? '0' : port, bodyLimit: 4 * 1024 * 1024 }
  const { server, release } = await startQuietly(func, options)
  const taken = takeOver(server, metrics)
  hidden = taken.hidden
  inFlight = taken.inFlight
  if (signals === 'caller') release()
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      await finish()
      release()
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
