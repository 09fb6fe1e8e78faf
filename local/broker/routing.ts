// From an event at the Broker to deliveries: TTL, arrival time, matching Triggers, and when the sender gets its answer.

import type { CarriedEvent } from './attempt.ts'
import { type Delivery, deliveryOf } from './delivery.ts'
import { type DispatchTarget, TTL } from './dispatch.ts'
import { type CompiledFilter, compileFilter } from './filters.ts'
import { type Broker, type Destination, namespaceOf, type Trigger } from './objects.ts'

/** Passes through Brokers that an event starts with. */
const FIRST_TTL = 255

/** Says why a Trigger gets no events; told once per Trigger object and reason. */
export type Refuse = (trigger: Trigger, reason: string) => void

/**
 * Stamps an event that enters a Broker: arrival time, and one pass less to go. `undefined` when no pass is left.
 * Extensions become text, as they do on their way through a channel.
 */
export function admit(event: CarriedEvent, now: Date): CarriedEvent | undefined {
  const left = remainingPasses(event[TTL])
  if (left <= 0) return undefined
  const text = Object.entries(event).map(([name, value]) => [name, isPlain(value) ? String(value) : value])
  const stamps = { knativearrivaltime: now.toISOString(), [TTL]: String(left) }
  return { ...event, ...Object.fromEntries(text), ...stamps }
}

function isPlain(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'boolean'
}

function remainingPasses(given: unknown): number {
  const text = String(given ?? '')
  return /^[+-]?\d{1,10}$/.test(text) ? Math.max(Number(text) - 1, 0) : FIRST_TTL
}

type Plan = { readonly compiled: CompiledFilter; readonly delivery: Delivery | undefined }

export interface Planner {
  /** Where an event goes for one Trigger, or `undefined` when its filter or a refusal keeps the event away. */
  readonly plan: (broker: Broker, trigger: Trigger, event: CarriedEvent) => DispatchTarget | undefined
}

/** Compiles each Trigger object once, and resolves its addresses afresh for each event. */
export function createPlanner(
  resolve: (destination: Destination, namespace: string) => string | undefined,
  refuse: Refuse,
): Planner {
  const compiled = new WeakMap<Trigger, CompiledFilter>()
  const told = new WeakMap<Trigger, Set<string>>()
  const refuseOnce: Refuse = (trigger, reason) => {
    const reasons = told.get(trigger) ?? new Set<string>()
    told.set(trigger, reasons)
    if (!reasons.has(reason)) refuse(trigger, reason)
    reasons.add(reason)
  }
  const filterOf = (trigger: Trigger): CompiledFilter => {
    const known = compiled.get(trigger) ?? compileFilter(trigger.spec)
    compiled.set(trigger, known)
    return known
  }
  return {
    plan: (broker, trigger, event) => {
      const { compiled: filter, delivery } = planOf(filterOf, broker, trigger, refuseOnce)
      if (!filter.ok || delivery === undefined) return undefined
      const { [TTL]: _, ...visible } = event
      if (filter.filter(visible) === 'fail') return undefined
      const subscriber = resolve(trigger.spec.subscriber, namespaceOf(trigger))
      if (subscriber === undefined) {
        refuseOnce(
          trigger,
          'its subscriber has no address; does the object that spec.subscriber names exist?',
        )
        return undefined
      }
      const sink = delivery.deadLetter
      const deadLetter = sink === undefined ? undefined : resolve(sink.destination, sink.namespace)
      if (sink !== undefined && deadLetter === undefined)
        refuseOnce(trigger, 'its dead letter sink has no address; events that fail are lost')
      return { subscriber, deadLetter, delivery, headers: { 'kn-namespace': namespaceOf(trigger) } }
    },
  }
}

function planOf(
  filterOf: (trigger: Trigger) => CompiledFilter,
  broker: Broker,
  trigger: Trigger,
  refuse: Refuse,
): Plan {
  const compiled = filterOf(trigger)
  if (!compiled.ok) refuse(trigger, compiled.reason)
  try {
    return { compiled, delivery: deliveryOf(trigger, broker) }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    refuse(trigger, `spec.delivery: ${error.message}`)
    return { compiled, delivery: undefined }
  }
}
