// Repeating an attempt as a delivery policy says (knative/specs eventing/data-plane.md, event delivery and retry).

import { isRetried } from '../../shared/events/emit.ts'
import type { CarriedEvent, Outcome, ReplyEvent } from './attempt.ts'
import type { Delivery } from './delivery.ts'

/** Where an attempt went: the subscriber, the Broker with the subscriber's reply, or the dead letter sink. */
export type Leg = 'subscriber' | 'reply' | 'deadletter'

/** What one attempt of a delivery came to, for whoever watches. `attempt` counts from 1 on each leg. */
export interface AttemptReport {
  readonly leg: Leg
  readonly attempt: number
  readonly event: CarriedEvent
  readonly status: number
  readonly reply?: CarriedEvent
  readonly error?: string
  readonly ms: number
}

/** What retrying needs of the world; `sleep` ends early when the signal aborts, and never throws. */
export interface RetryPorts {
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  readonly signal: AbortSignal
  readonly report: (report: AttemptReport) => void
}

interface Tries {
  readonly leg: Leg
  readonly event: CarriedEvent
  readonly once: () => Promise<Outcome>
}

/** Repeats what Knative retries, waits between, and reports each attempt; gives the last outcome. */
export async function retrying(ports: RetryPorts, delivery: Delivery, tries: Tries): Promise<Outcome> {
  for (let retry = 0; ; retry++) {
    const started = performance.now()
    const outcome = await tries.once()
    const { leg, event } = tries
    const result = outcome.kind === 'failed' ? { error: outcome.error } : replyOf(outcome.reply)
    const ms = performance.now() - started
    ports.report({ leg, attempt: retry + 1, event, status: outcome.status, ...result, ms })
    const over = outcome.kind === 'delivered' || !isRetried(outcome.status) || retry >= delivery.retries
    if (over || ports.signal.aborted) return outcome
    await ports.sleep(delivery.backoff(retry), ports.signal)
    if (ports.signal.aborted) return outcome
  }
}

function replyOf(reply: ReplyEvent): { reply?: CarriedEvent } {
  return reply === undefined || reply === 'illegal' ? {} : { reply }
}
