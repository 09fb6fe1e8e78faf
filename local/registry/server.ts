// The local registry on a socket: real HTTP, a record of what was asked, and faults on request.

import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { Authentication } from './authentication.ts'
import type { Fault, Faults } from './faults.ts'
import { createFaults } from './faults.ts'
import type { Handler } from './handler.ts'
import { createHandler } from './handler.ts'
import type { Store } from './store.ts'

export interface LocalRegistryOptions {
  /** Default 0: any free port. */
  readonly port?: number
  /** Default 127.0.0.1. */
  readonly address?: string
  readonly auth?: Authentication
  readonly referrers?: boolean
  readonly faults?: Fault
}

interface RecordedRequest {
  readonly method: string
  /** With the query. */
  readonly path: string
  readonly authorization: string | undefined
}

export interface LocalRegistry {
  /** `http://127.0.0.1:5000` */
  readonly url: string
  /** `127.0.0.1:5000`, as it stands in references. */
  readonly host: string
  /** Every request so far, oldest first. */
  readonly requests: RecordedRequest[]
  readonly store: Store
  /** Misbehaves from the next request on; `none` ends it and lets stalled requests go on. */
  fail(fault: Fault): void
  close(): Promise<void>
}

/** Starts an in-memory registry (OCI distribution 1.1). */
export async function startRegistry(options: LocalRegistryOptions = {}): Promise<LocalRegistry> {
  const store: Store = new Map()
  const requests: RecordedRequest[] = []
  const faults = createFaults(options.faults)
  const handler = createHandler(store, { auth: options.auth, referrers: options.referrers })
  const server = createServer((incoming, outgoing) => {
    requests.push({
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      authorization: incoming.headers.authorization,
    })
    serve({ handler, faults }, incoming, outgoing).catch(() => incoming.socket.destroy())
  })
  server.listen(options.port ?? 0, options.address ?? '127.0.0.1')
  await once(server, 'listening')
  const bound = server.address()
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0
  const host = `${options.address ?? '127.0.0.1'}:${port}`
  return {
    url: `http://${host}`,
    host,
    requests,
    store,
    fail: fault => faults.set(fault),
    async close() {
      server.close()
      server.closeAllConnections()
      faults.set('down')
      await once(server, 'close')
    },
  }
}

async function serve(
  { handler, faults }: { handler: Handler; faults: Faults },
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const body = await readBody(incoming)
  const verdict = await faults.next()
  if (verdict === 'cut') {
    incoming.socket.destroy()
    return
  }
  const response = verdict === 'serve' ? await handler(toRequest(incoming, body)) : verdict
  outgoing.writeHead(response.status, Object.fromEntries(response.headers))
  outgoing.end(Buffer.from(await response.arrayBuffer()))
}

async function readBody(incoming: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function toRequest(incoming: IncomingMessage, body: Buffer<ArrayBuffer>): Request {
  const headers = new Headers()
  for (const [name, value] of Object.entries(incoming.headers)) headers.set(name, String(value))
  const method = incoming.method ?? 'GET'
  const url = new URL(incoming.url ?? '/', `http://${incoming.headers.host ?? 'localhost'}`)
  return new Request(url, { method, headers, ...(method !== 'GET' && method !== 'HEAD' && { body }) })
}
