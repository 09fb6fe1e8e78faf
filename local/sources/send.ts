// How Knative's sources send: a few quick retries, then the event is lost.

import { setTimeout as delay } from 'node:timers/promises'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { encodeBinary } from '../../shared/events/codec.ts'
import { reasonOf } from '../../shared/events/emit.ts'

/** What a source needs of the world. `onError` hears of events that are lost and of watches that break. */
export interface SourcePorts {
  readonly sink: string
  readonly fetch?: typeof globalThis.fetch
  readonly clock?: () => Date
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>
  readonly onError?: (error: Error) => void
}

/** Sends one event and resolves when it was taken or is lost; never throws. */
export type Send = (event: CloudEvent) => Promise<void>

const RETRIES = 5
const PERIOD_MS = 50

/** What the Go SDK's sender retries; unlike a Broker it does not retry 500, so what a Broker lost is lost here too. */
const RETRIED: ReadonlySet<number> = new Set([404, 413, 425, 429, 502, 503, 504])

/** Makes a sender as the Go adapters have it: at most 5 retries after 100, 200, 400, 800 and 1600 ms. */
export function createSender(ports: SourcePorts, namespace: string, signal: AbortSignal): Send {
  const { sink, fetch = globalThis.fetch, sleep = pause, onError } = ports
  const post = async (event: CloudEvent): Promise<Answer> => {
    const { headers, body } = encodeBinary(event)
    const sent = { ...headers, 'kn-namespace': namespace }
    try {
      const response = await fetch(sink, { method: 'POST', headers: sent, body, signal })
      await response.arrayBuffer()
      return { ok: response.ok, again: RETRIED.has(response.status), why: `it answered ${response.status}` }
    } catch (error) {
      return { ok: false, again: true, why: reasonOf(error) }
    }
  }
  return async event => {
    for (let retry = 1; ; retry++) {
      const { ok, again, why } = await post(event)
      if (ok || signal.aborted) return
      if (!again || retry > RETRIES) {
        onError?.(
          new Error(`lost ${event.type} ${event.subject ?? event.source}: ${sink} did not take it, ${why}`),
        )
        return
      }
      await sleep(PERIOD_MS * 2 ** retry, signal)
    }
  }
}

interface Answer {
  readonly ok: boolean
  readonly again: boolean
  readonly why: string
}

/** Waits, or less when the signal aborts; never throws. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error
  })
}
