// The Broker's HTTP door: `POST /namespace/name` (knative/eventing, pkg/broker/ingress).

import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { decodeOpaque } from '../../shared/events/codec.ts'
import { Fault } from '../../shared/runtime/fault.ts'
import type { CarriedEvent } from './attempt.ts'

/** An event at the door of a Broker, with the headers that travel along with it. */
export interface Arrival {
  readonly namespace: string
  readonly name: string
  readonly event: CarriedEvent
  readonly headers: Readonly<Record<string, string>>
}

/** Serves the ingress; `receive` gives the status for an event that is well formed. */
export function serveIngress(receive: (arrival: Arrival) => Promise<number>): RequestListener {
  return (request, response) => {
    answer(receive, request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500)
      response.end(error instanceof Error ? error.message : String(error))
    })
  }
}

async function answer(
  receive: (arrival: Arrival) => Promise<number>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.setHeader('allow', 'POST, OPTIONS')
  if (request.method === 'OPTIONS') {
    response.writeHead(200, { 'webhook-allowed-origin': '*', 'webhook-allowed-rate': '*' }).end()
    return
  }
  if (request.method !== 'POST') {
    response.writeHead(405).end()
    return
  }
  const body = await buffer(request)
  const path = (request.url ?? '/').replace(/\/$/, '').split('/')
  const [, namespace, name] = path
  if (path.length === 1) response.writeHead(404).end()
  else if (path.length !== 3 || namespace === undefined || name === undefined) response.writeHead(400).end()
  else await receiveEvent(receive, response, { namespace, name, request, body })
}

interface Post {
  readonly namespace: string
  readonly name: string
  readonly request: IncomingMessage
  readonly body: Uint8Array
}

async function receiveEvent(
  receive: (arrival: Arrival) => Promise<number>,
  response: ServerResponse,
  { namespace, name, request, body }: Post,
): Promise<void> {
  let event: CarriedEvent
  try {
    event = decodeOpaque(request.headersDistinct, body)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    response.writeHead(400).end(error.message)
    return
  }
  const status = await receive({ namespace, name, event, headers: travelling(request.headers) })
  response.writeHead(status).end()
}

/** Request ids, Knative's own headers and Zipkin's go along with an event; everything else stays at the door. */
function travelling(headers: IncomingMessage['headers']): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => /^x-request-id$|^knative-|^x-b3-/.test(name))
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]))
}
