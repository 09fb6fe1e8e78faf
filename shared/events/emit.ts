// Posting one event to a Broker or sink, where only a 2xx answer counts as sent.

import { Fault } from '../runtime/fault.ts'
import type { CloudEvent } from './cloudevent.ts'
import { encodeBinary } from './codec.ts'

/** `timeout` in milliseconds for the whole exchange, 30 000 unless given; `signal` gives up earlier. */
export interface EmitOptions {
  readonly signal?: AbortSignal
  readonly timeout?: number
}

/** Statuses that Knative tries again (knative/specs eventing/data-plane.md; all other 3xx and 4xx go to the dead letter). */
export function isRetried(status: number): boolean {
  return status >= 500 || status === 404 || status === 408 || status === 409 || status === 429
}

/**
 * POSTs an event in binary mode and resolves only on 2xx, unlike the SDK's transport, which resolves on 503 too.
 * Throws `Fault('unavailable')` for a network error, a timeout or a status that Knative would retry, and
 * `Fault('impossible')` for any other status, with the first 200 characters of the answer.
 */
export async function emit(
  fetch: typeof globalThis.fetch,
  url: string,
  event: CloudEvent,
  { signal, timeout = 30_000 }: EmitOptions = {},
): Promise<void> {
  const { headers, body } = encodeBinary(event)
  const limit = AbortSignal.timeout(timeout)
  const stop = signal === undefined ? limit : AbortSignal.any([signal, limit])
  const { status, answer } = await exchange(fetch, url, { method: 'POST', headers, body, signal: stop })
  if (status >= 200 && status < 300) return
  const kind = isRetried(status) ? 'unavailable' : 'impossible'
  throw new Fault(kind, `${url} answered ${status} to ${event.type}: ${answer.slice(0, 200)}`)
}

async function exchange(
  fetch: typeof globalThis.fetch,
  url: string,
  request: RequestInit,
): Promise<{ status: number; answer: string }> {
  try {
    const response = await fetch(url, { ...request, redirect: 'manual' })
    return { status: response.status, answer: await response.text() }
  } catch (cause) {
    throw new Fault('unavailable', `no answer from ${url}: ${reasonOf(cause)}`, { cause })
  }
}

/** The sentence of an error and of what caused it; fetch hides the network's own error in `cause`. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error
    ? `${error.message}: ${error.cause.message || error.cause.name}`
    : error.message
}
