// How an event is delivered to a Trigger: retries, backoff, timeout, dead letter and format.

import { type Broker, type DeliverySpec, type Destination, namespaceOf, type Trigger } from './objects.ts'

/** A delivery policy ready to use; durations in milliseconds. */
export interface Delivery {
  readonly retries: number
  readonly backoff: (retry: number) => number
  readonly timeout: number | undefined
  readonly deadLetter: { readonly destination: Destination; readonly namespace: string } | undefined
  readonly format: 'json' | 'binary'
}

/** What a Broker without `spec.delivery` gets from Knative's config-br-defaults as it is shipped. */
const DEFAULT: DeliverySpec = { retry: 10, backoffPolicy: 'exponential', backoffDelay: 'PT0.2S' }

/**
 * A Trigger's `delivery` replaces the Broker's as a whole: one that only names a sink has no retries. Only the sink of
 * the Broker stands in where the Trigger has none. Throws `RangeError` for a duration that is not ISO 8601.
 */
export function deliveryOf(trigger: Trigger, broker: Broker): Delivery {
  const fallback = broker.spec?.delivery ?? DEFAULT
  const spec = trigger.spec.delivery ?? fallback
  const sink = trigger.spec.delivery?.deadLetterSink ?? fallback.deadLetterSink
  return {
    retries: spec.retry ?? 0,
    backoff: backoffOf(spec),
    timeout: spec.timeout === undefined ? undefined : parseDuration(spec.timeout),
    deadLetter: sink === undefined ? undefined : { destination: sink, namespace: namespaceOf(trigger) },
    format: trigger.spec.delivery?.format ?? 'binary',
  }
}

/** Retries count from 0, so the first linear one comes at once. Without a policy and a delay there is no wait. */
function backoffOf({ backoffPolicy, backoffDelay }: DeliverySpec): (retry: number) => number {
  if (backoffPolicy === undefined || backoffDelay === undefined) return () => 0
  const delay = parseDuration(backoffDelay)
  return backoffPolicy === 'linear' ? retry => delay * retry : retry => delay * 2 ** retry
}

const DURATION = /^P(?:([\d.]+)W)?(?:([\d.]+)D)?(?:T(?:([\d.]+)H)?(?:([\d.]+)M)?(?:([\d.]+)S)?)?$/
const UNITS = [7 * 24 * 3_600_000, 24 * 3_600_000, 3_600_000, 60_000, 1000]

/** Milliseconds of an ISO 8601 duration of weeks, days, hours, minutes and seconds. Throws `RangeError` for others. */
export function parseDuration(text: string): number {
  const parts = DURATION.exec(text.replace(',', '.'))?.slice(1)
  const amounts = parts?.map(part => (part === undefined ? 0 : Number(part)))
  if (amounts === undefined || amounts.some(Number.isNaN) || /[PT]$/.test(text))
    throw new RangeError(`"${text}" is not an ISO 8601 duration such as PT0.2S`)
  return amounts.reduce((sum, amount, index) => sum + amount * (UNITS[index] ?? 0), 0)
}
