// What the tests of the channels share: receivers over real HTTP, a ledger in memory, news to tell.

import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { News } from '../../../shared/channels/receiver.ts'
import type { Entries, Ledger } from '../../../shared/channels/tell.ts'
import type { CloudEvent } from '../../../shared/events/cloudevent.ts'

export interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Endpoint {
  readonly url: string
  readonly received: readonly Received[]
  /** What it answers from now on; text may hold `{path}`. */
  answer: { status: number; text?: string; headers?: Record<string, string> }
  readonly close: () => Promise<void>
}

/** Somewhere news is POSTed; it remembers everything it was sent. */
export async function startEndpoint(): Promise<Endpoint> {
  const received: Received[] = []
  const endpoint = { answer: { status: 200 } as Endpoint['answer'] }
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const path = request.url ?? ''
    received.push({ path, headers: request.headers, body: Buffer.concat(chunks).toString() })
    const { status, text = '', headers = {} } = endpoint.answer
    response.writeHead(status, headers).end(text.replaceAll('{path}', path))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return Object.assign(endpoint, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  })
}

export interface MemoryLedger extends Ledger {
  readonly entries: () => Entries
}

/** A ledger as the API server keeps it: read, then written only if nobody wrote meanwhile. */
export function memoryLedger(start: Entries = {}): MemoryLedger {
  let stored = { version: 0, entries: start }
  return {
    entries: () => stored.entries,
    async change(next) {
      for (;;) {
        const seen = stored
        await Promise.resolve()
        const entries = next(seen.entries)
        await Promise.resolve()
        if (entries === undefined) return seen.entries
        if (stored.version !== seen.version) continue
        stored = { version: seen.version + 1, entries }
        return entries
      }
    },
  }
}

export function eventOf(changes: Partial<CloudEvent> = {}): CloudEvent {
  return {
    specversion: '1.0',
    id: '5f0c1a7be25f0c1a7be2',
    source: '/playbook-functions/notify',
    type: 'io.kubernaut.remediation.failed.v1',
    subject: 'rem-1',
    datacontenttype: 'application/json',
    data: { outcome: { reason: 'Failed' } },
    ...changes,
  }
}

export function newsOf(changes: Partial<News> = {}): News {
  return {
    severity: 'bad',
    headline: 'oomkill-scale-down failed on production/deployment/my-app',
    facts: [['Target', 'production/deployment/my-app']],
    event: eventOf(),
    ...changes,
  }
}
