// What a Broker does with one arrival: find its Triggers, deliver now or later, and answer the sender.

import { setTimeout as delay } from 'node:timers/promises'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { withParsedData } from '../../shared/events/codec.ts'
import { Fault } from '../../shared/runtime/fault.ts'
import type { CarriedEvent } from './attempt.ts'
import { type DispatchPorts, type DispatchTarget, dispatch } from './dispatch.ts'
import type { InFlight } from './inflight.ts'
import type { Arrival } from './ingress.ts'
import { createLanes } from './lanes.ts'
import { type Broker, findBroker, namespaceOf, type Trigger, triggersOf } from './objects.ts'
import type { BrokerOptions } from './options.ts'
import type { AttemptReport } from './retry.ts'
import { admit, createPlanner } from './routing.ts'

/** What the router needs of the running Broker. */
export interface RouterPorts {
  readonly signal: AbortSignal
  readonly track: InFlight['track']
  readonly url: (namespace: string, name: string) => string
}

type Delivering = () => Promise<boolean>

/** Gives the ingress's status for an arrival: 202, 404 unknown Broker, 400 no pass left, 500 lost by a Trigger. */
export function createRouter(
  options: BrokerOptions,
  ports: RouterPorts,
): (arrival: Arrival) => Promise<number> {
  const { objects, mode, faults = {}, clock = () => new Date() } = options
  const planner = createPlanner(options.resolve, options.onRefused ?? (() => undefined))
  const lanes = createLanes(worker => void ports.track(worker), faults.reorder ?? false)

  const receive = async (arrival: Arrival): Promise<number> => {
    const broker = findBroker(objects(), arrival.namespace, arrival.name)
    if (broker === undefined) return 404
    const event = admit(arrival.event, clock())
    if (event === undefined) return 400
    options.onAccepted?.(readable(event))
    const deliveries = triggersOf(objects(), broker).map(trigger => ({
      lane: `${namespaceOf(trigger)}/${trigger.metadata.name}`,
      run: deliveryTo(broker, trigger, { ...arrival, event }),
    }))
    if (mode === 'synchronous') return answerAfter(deliveries.map(({ run }) => run()))
    for (const { lane, run } of deliveries) lanes.enqueue(lane, run)
    return 202
  }

  const deliveryTo = (broker: Broker, trigger: Trigger, arrival: Arrival): Delivering => {
    const { event, headers } = arrival
    const target = planner.plan(broker, trigger, event)
    if (target === undefined || faults.drop?.(readable(event), trigger)) return async () => true
    const sent: DispatchTarget = { ...target, headers: { ...headers, ...target.headers } }
    const dispatchPorts = portsFor({ options, ports, receive }, broker, trigger)
    return async () => {
      const taken: boolean[] = []
      for (let copy = 0; copy <= (faults.duplicate ?? 0); copy++)
        taken.push(await dispatch(dispatchPorts, sent, event))
      return taken.every(Boolean)
    }
  }

  return arrival => ports.track(() => receive(arrival))
}

interface Route {
  readonly options: BrokerOptions
  readonly ports: RouterPorts
  readonly receive: (arrival: Arrival) => Promise<number>
}

function portsFor({ options, ports, receive }: Route, broker: Broker, trigger: Trigger): DispatchPorts {
  const [namespace, name] = [namespaceOf(broker), broker.metadata.name]
  return {
    fetch: options.fetch ?? globalThis.fetch,
    sleep: options.sleep ?? pause,
    signal: ports.signal,
    ingressUrl: ports.url(namespace, name),
    ingest: event => receive({ namespace, name, event, headers: {} }),
    report: report => options.onDelivery?.({ ...readableReport(report), trigger }),
  }
}

/** The in-memory channel answers 500 when any of its subscriptions lost the event, however the others fared. */
async function answerAfter(deliveries: readonly Promise<boolean>[]): Promise<number> {
  const taken = await Promise.all(deliveries)
  return taken.every(Boolean) ? 202 : 500
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error
  })
}

function readableReport({ event, reply, ...rest }: AttemptReport) {
  return { ...rest, event: readable(event), ...(reply === undefined ? {} : { reply: readable(reply) }) }
}

/** The event with its data parsed for whoever watches; data that is not what it says stays bytes. */
function readable(event: CarriedEvent): CloudEvent {
  try {
    return withParsedData(event)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return event
  }
}
