// What a local Broker is given and what it offers.

import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import type { Broker, Destination, Trigger } from './objects.ts'
import type { AttemptReport } from './retry.ts'

/** One attempt of a delivery: the report with its data parsed where it parses, and the Trigger it was for. */
export interface DeliveryReport extends Omit<AttemptReport, 'event' | 'reply'> {
  readonly trigger: Trigger
  readonly event: CloudEvent
  readonly reply?: CloudEvent
}

/** Faults to inject. `duplicate`: deliveries more than one; `reorder`: asynchronous mode only; `drop`: lost silently. */
export interface BrokerFaults {
  readonly duplicate?: number
  readonly reorder?: boolean
  readonly drop?: (event: CloudEvent, trigger: Trigger) => boolean
}

export interface BrokerOptions {
  readonly port?: number
  /** Read again for every event, so that objects may come and go. */
  readonly objects: () => readonly (Broker | Trigger)[]
  /** The URL of a subscriber or sink, relative to the Trigger's namespace. */
  readonly resolve: (destination: Destination, namespace: string) => string | undefined
  readonly mode: 'synchronous' | 'asynchronous'
  readonly clock?: () => Date
  /** Waits between attempts, in milliseconds; ends early when the signal aborts. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>
  readonly fetch?: typeof globalThis.fetch
  /** Told of every event that the ingress takes, before it is delivered. */
  readonly onAccepted?: (event: CloudEvent) => void
  readonly onDelivery?: (report: DeliveryReport) => void
  /** Told why a Trigger gets no events: CESQL, an illegal filter or duration, an address that does not resolve. */
  readonly onRefused?: (trigger: Trigger, reason: string) => void
  readonly faults?: BrokerFaults
}

export interface LocalBroker {
  /** Where to POST events for a Broker. */
  readonly url: (namespace: string, name: string) => string
  /** Resolves when no event is under way. */
  readonly idle: () => Promise<void>
  /** Stops at once; what is under way is given up. */
  readonly close: () => Promise<void>
}
