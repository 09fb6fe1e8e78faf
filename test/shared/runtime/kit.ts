// What the tests of the runtime share: a log that is kept, an event as headers, and functions for a deployment.

import type { HttpAnswer } from '../../../shared/runtime/answer.ts'
import { answer, type HttpRequest, type Served } from '../../../shared/runtime/answer.ts'
import type { Handler } from '../../../shared/runtime/function.ts'
import { createLog, type Log } from '../../../shared/runtime/log.ts'
import { createMetrics } from '../../../shared/runtime/metrics.ts'
import { serve } from '../../../shared/runtime/serve.ts'

export interface KeptLog {
  readonly log: Log
  readonly lines: Record<string, unknown>[]
}

export function keepLog(): KeptLog {
  const lines: Record<string, unknown>[] = []
  return { log: createLog('debug', { write: line => void lines.push(JSON.parse(line)) }), lines }
}

/** A function of a deployment, without the services that a real one gets. */
export function functionNamed(name: string, accepts: readonly string[], handle: Handler): Served {
  return { definition: { name, accepts, create: () => handle }, handle }
}

/** The headers of an event in binary mode; null leaves one out. */
export function eventHeaders(changes: Record<string, string | null> = {}): Record<string, string> {
  const event = { 'ce-id': '1', 'ce-source': '/tests', 'ce-type': 'example.asked', 'ce-specversion': '1.0' }
  const entries = Object.entries({ ...event, ...changes })
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== null))
}

export interface Ask {
  readonly path?: string
  readonly headers: Record<string, string>
  readonly body?: string
}

/** A deployment that can be asked, in this process or over a socket. */
export interface World {
  readonly ask: (ask: Ask) => Promise<HttpAnswer>
  readonly close: () => Promise<void>
}

function requestOf({ path = '/', headers, body = '' }: Ask): HttpRequest {
  return { path, headers, body: Buffer.from(body) }
}

export async function inProcess(served: readonly Served[]): Promise<World> {
  return {
    ask: ask => answer(served, requestOf(ask), keepLog().log),
    close: async () => undefined,
  }
}

export async function overSocket(served: readonly Served[]): Promise<World> {
  const { log } = keepLog()
  const server = await serve({
    served,
    port: 0,
    log,
    metrics: createMetrics(),
    drain: async () => undefined,
    signals: 'caller',
  })
  return {
    async ask({ path = '/', headers, body = '' }) {
      const response = await fetch(`http://127.0.0.1:${server.port}${path}`, {
        method: 'POST',
        headers,
        // As bytes: fetch gives text a content type of its own.
        body: Buffer.from(body),
      })
      return {
        statusCode: response.status,
        headers: Object.fromEntries(response.headers),
        body: await response.text(),
      }
    },
    close: server.close,
  }
}

export function textOf({ body }: HttpAnswer): string {
  return typeof body === 'string' ? body : Buffer.from(body).toString()
}
