// One POST to a subscriber, and what the default Broker makes of the answer.

import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { decodeOpaque, encodeBinary, encodeStructured } from '../../shared/events/codec.ts'
import { reasonOf } from '../../shared/events/emit.ts'
import { Fault } from '../../shared/runtime/fault.ts'

/** An event as the Broker carries it: attributes as text, data as the bytes that came. */
export type CarriedEvent = CloudEvent<Uint8Array>

/** What a failed delivery tells the dead letter; a timeout and an answer that is no event tell it nothing. */
export interface FailureDetail {
  readonly destination: string
  readonly code: number
  readonly body: Uint8Array
}

/** A reply to take to the Broker; `illegal` is one that its ingress will answer 400 to. */
export type ReplyEvent = CarriedEvent | 'illegal' | undefined

export type Outcome =
  | { readonly kind: 'delivered'; readonly status: number; readonly reply: ReplyEvent }
  | {
      readonly kind: 'failed'
      readonly status: number
      readonly error: string
      readonly detail: FailureDetail | undefined
    }

export interface Attempt {
  readonly url: string
  readonly event: CarriedEvent
  readonly headers: Readonly<Record<string, string>>
  readonly format: 'json' | 'binary'
  readonly timeout: number | undefined
  readonly signal: AbortSignal
  /** Whether the answer goes back to the Broker; where it does not, as from a dead letter sink, any 2xx will do. */
  readonly wantsReply: boolean
}

/** Sends an event once. Never throws: no answer counts as 500, as the Broker's own filter answers to its channel. */
export async function attempt(fetch: typeof globalThis.fetch, request: Attempt): Promise<Outcome> {
  const message = request.format === 'json' ? encodeStructured(request.event) : encodeBinary(request.event)
  const limit = request.timeout === undefined ? undefined : AbortSignal.timeout(request.timeout)
  const signal = limit === undefined ? request.signal : AbortSignal.any([request.signal, limit])
  const headers = { ...message.headers, ...request.headers }
  try {
    const init: RequestInit = { method: 'POST', headers, body: message.body, signal, redirect: 'manual' }
    const response = await fetch(request.url, init)
    return judge(request, response, new Uint8Array(await response.arrayBuffer()))
  } catch (error) {
    const sentence = `dispatch error: ${reasonOf(error)}`
    const detail = { destination: request.url, code: 500, body: Buffer.from(sentence) }
    return { kind: 'failed', status: 500, error: sentence, detail: limit?.aborted ? undefined : detail }
  }
}

function judge({ url, wantsReply }: Attempt, response: Response, body: Uint8Array): Outcome {
  const { status } = response
  if (status < 200 || status >= 300)
    return {
      kind: 'failed',
      status,
      error: `${url} answered ${status}`,
      detail: { destination: url, code: status, body },
    }
  if (!wantsReply) return { kind: 'delivered', status, reply: undefined }
  const headers = Object.fromEntries(response.headers)
  if (!looksLikeEvent(headers)) {
    if (body.byteLength === 0) return { kind: 'delivered', status, reply: undefined }
    return badGateway(
      `${url} answered ${status} with a body that is no CloudEvent; reply with an event or nothing`,
    )
  }
  if (lacksAttributes(headers)) return { kind: 'delivered', status, reply: 'illegal' }
  try {
    return { kind: 'delivered', status, reply: decodeOpaque(headers, body) }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return badGateway(`${url} replied with a malformed event: ${error.message}`)
  }
}

function looksLikeEvent(headers: Readonly<Record<string, string>>): boolean {
  return isStructured(headers) || /^(?:1\.0|0\.3)$/.test(headers['ce-specversion'] ?? '')
}

function isStructured(headers: Readonly<Record<string, string>>): boolean {
  return (headers['content-type'] ?? '').toLowerCase().startsWith('application/cloudevents')
}

/** In binary mode the Broker's filter passes such a reply on, and only the ingress refuses it. */
function lacksAttributes(headers: Readonly<Record<string, string>>): boolean {
  return !isStructured(headers) && ['ce-id', 'ce-source', 'ce-type'].some(name => !headers[name])
}

function badGateway(error: string): Outcome {
  return { kind: 'failed', status: 502, error, detail: undefined }
}
