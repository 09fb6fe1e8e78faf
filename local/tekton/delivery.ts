// Sends a run's CloudEvents to the sink: each once, with Tekton's retries, unless a test loses or delays it.

import { setTimeout as sleep } from 'node:timers/promises'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { eventOf, eventTypeOf, type Run } from './events.ts'
import { succeeded } from './status.ts'

interface DeliveryOptions {
  readonly sink: string
  readonly fetch: typeof globalThis.fetch
  readonly clock: { now(): Date }
  /** True loses the event, as a crashed sender would. */
  readonly drop?: ((event: CloudEvent) => boolean) | undefined
  /** Milliseconds to hold an event back. */
  readonly delay?: ((event: CloudEvent) => number) | undefined
  readonly signal: AbortSignal
  readonly log: (message: string) => void
}

/** As in the CloudEvents SDK for Go, which Tekton sends with: 500 is final, and so are other 4xx. */
const RETRIED: ReadonlySet<number> = new Set([404, 413, 425, 429, 502, 503, 504])
const RETRIES = 10
const FIRST_PAUSE_MS = 10
const MEMORY_MS = 2 * 60 * 60 * 1000

export interface Delivery {
  /** Looks at a run once more; sends only what is new. Never waits for the sink. */
  notice(run: Run): void
  /** Settles when nothing is under way. */
  idle(): Promise<void>
}

/** What was sent lately, by a key without the object's uid: a namesake within two hours is silent, as in Tekton. */
class Memory {
  readonly #seen = new Map<string, number>()

  /** True the first time within two hours. */
  add(key: string, now: number): boolean {
    const last = this.#seen.get(key)
    this.#seen.set(key, now)
    return last === undefined || now - last > MEMORY_MS
  }
}

function headersOf(event: CloudEvent): Record<string, string> {
  return {
    'content-type': 'application/json',
    'ce-specversion': event.specversion,
    'ce-id': event.id,
    'ce-source': event.source,
    'ce-type': event.type,
    'ce-subject': event.subject ?? '',
    'ce-time': event.time ?? '',
  }
}

/** One POST in binary mode (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#31-binary-content-mode). */
async function post(event: CloudEvent, options: DeliveryOptions): Promise<number | undefined> {
  try {
    const { sink, signal } = options
    const request = { method: 'POST', headers: headersOf(event), body: JSON.stringify(event.data), signal }
    const response = await options.fetch(sink, request)
    await response.arrayBuffer()
    return response.status
  } catch {
    return undefined
  }
}

async function send(event: CloudEvent, options: DeliveryOptions): Promise<void> {
  const delay = options.delay?.(event) ?? 0
  if (delay > 0) await sleep(delay, undefined, { signal: options.signal })
  for (let attempt = 0; ; attempt += 1) {
    const status = await post(event, options)
    if (status !== undefined && status < 300) return
    const final = attempt === RETRIES || (status !== undefined && !RETRIED.has(status))
    if (final)
      return options.log(`the sink answered ${status ?? 'nothing'} to ${event.type} ${event.subject}`)
    await sleep(FIRST_PAUSE_MS * 2 ** attempt, undefined, { signal: options.signal })
  }
}

/** Tekton's events controller: memory in the process only, marked before the send, so a restart repeats and a failure loses. */
export function createDelivery(options: DeliveryOptions): Delivery {
  const memory = new Memory()
  const underWay = new Set<Promise<void>>()

  function isNew(run: Run): boolean {
    const now = options.clock.now().getTime()
    const { namespace, name } = run.object.metadata
    const { status, reason, message } = succeeded(run.object) ?? {}
    const who = `${run.kind}/${namespace}/${name}`
    if (!memory.add(JSON.stringify([status, reason, message, who]), now)) return false
    const type = eventTypeOf(run)
    return type.includes('.unknown.') || memory.add(`${type}/${who}`, now)
  }

  return {
    notice(run) {
      if (!isNew(run)) return
      const event = eventOf(run, options.clock.now())
      if (options.drop?.(event)) return
      // Only a closing stand-in makes `send` throw.
      const sending = send(event, options).catch(() => undefined)
      underWay.add(sending)
      void sending.finally(() => underWay.delete(sending))
    },
    async idle() {
      while (underWay.size > 0) await Promise.all(underWay)
    },
  }
}
