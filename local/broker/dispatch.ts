// Delivering one event to one Trigger: attempts, the reply's way back, and the dead letter.

import { type Attempt, attempt, type CarriedEvent, type FailureDetail, type Outcome } from './attempt.ts'
import type { Delivery } from './delivery.ts'
import { type RetryPorts, retrying } from './retry.ts'

/** What dispatching needs of the world. `ingest` takes a reply and gives the ingress's status. */
export interface DispatchPorts extends RetryPorts {
  readonly fetch: typeof globalThis.fetch
  readonly ingest: (reply: CarriedEvent) => Promise<number>
  readonly ingressUrl: string
}

export interface DispatchTarget {
  readonly subscriber: string
  readonly deadLetter: string | undefined
  readonly delivery: Delivery
  readonly headers: Readonly<Record<string, string>>
}

/** Extension that counts an event's remaining passes through Brokers. */
export const TTL = 'knativebrokerttl'

/**
 * Delivers an event (with its TTL) to a Trigger's subscriber, its reply to the Broker, and when either fails for good the
 * original event to the dead letter sink. Returns whether somebody has taken the event.
 */
export async function dispatch(
  ports: DispatchPorts,
  target: DispatchTarget,
  event: CarriedEvent,
): Promise<boolean> {
  const outcome = await deliver(ports, target, event)
  if (outcome.kind === 'failed') return bury(ports, target, { event, detail: outcome.detail })
  if (outcome.reply === undefined) return true
  const status =
    outcome.reply === 'illegal'
      ? 400
      : await sendReply(ports, target, { ...outcome.reply, [TTL]: event[TTL] })
  if (status < 300) return true
  const detail = { destination: ports.ingressUrl, code: status, body: new Uint8Array() }
  return bury(ports, target, { event, detail })
}

async function deliver(ports: DispatchPorts, target: DispatchTarget, event: CarriedEvent): Promise<Outcome> {
  const { [TTL]: _, ...visible } = event
  const { fetch, signal } = ports
  const { timeout, format } = target.delivery
  const headers = { ...target.headers, prefer: 'reply' }
  const { subscriber: url } = target
  const request: Attempt = { url, event: visible, headers, format, timeout, signal, wantsReply: true }
  const once = () => attempt(fetch, request)
  return retrying(ports, target.delivery, { leg: 'subscriber', event: visible, once })
}

async function sendReply(ports: DispatchPorts, target: DispatchTarget, reply: CarriedEvent): Promise<number> {
  const once = async (): Promise<Outcome> => {
    const status = await ports.ingest(reply)
    if (status < 300) return { kind: 'delivered', status, reply: undefined }
    return { kind: 'failed', status, error: `the Broker answered ${status} to the reply`, detail: undefined }
  }
  return (await retrying(ports, target.delivery, { leg: 'reply', event: reply, once })).status
}

async function bury(
  ports: DispatchPorts,
  target: DispatchTarget,
  dead: { event: CarriedEvent; detail: FailureDetail | undefined },
): Promise<boolean> {
  const url = target.deadLetter
  if (url === undefined) return false
  const event = { ...dead.event, ...errorExtensions(dead.detail) }
  const { fetch, signal } = ports
  const { headers } = target
  const { timeout } = target.delivery
  const request: Attempt = { url, event, headers, format: 'binary', timeout, signal, wantsReply: false }
  const once = () => attempt(fetch, request)
  return (await retrying(ports, target.delivery, { leg: 'deadletter', event, once })).kind === 'delivered'
}

/** The extensions of a dead letter; the body is base64, cut at 1024 characters. */
function errorExtensions(detail: FailureDetail | undefined): Record<string, string> {
  if (detail === undefined) return {}
  return {
    knativeerrordest: detail.destination,
    knativeerrorcode: String(detail.code),
    knativeerrordata: Buffer.from(detail.body).toString('base64').slice(0, 1024),
  }
}
