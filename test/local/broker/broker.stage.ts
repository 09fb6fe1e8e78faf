// A Broker with recorded waits, reports and refusals, and subscribers, for one test.

import { startBroker } from '../../../local/broker/broker.ts'
import type { Broker, Trigger } from '../../../local/broker/objects.ts'
import type { BrokerOptions, DeliveryReport, LocalBroker } from '../../../local/broker/options.ts'
import { encodeBinary } from '../../../shared/events/codec.ts'
import { type Reply, type Subscriber, startSubscriber } from '../../conformance/broker.world.ts'

const apiVersion = 'eventing.knative.dev/v1'
const BROKER: Broker = { apiVersion, kind: 'Broker', metadata: { name: 'default', namespace: 'ns' } }
const closing: (() => unknown)[] = []

/** Closes what a test has started. */
export async function closeAll(): Promise<void> {
  for (const close of closing.splice(0)) await close()
}

export async function listen(respond?: () => Reply | Promise<Reply>): Promise<Subscriber> {
  const subscriber = await startSubscriber('127.0.0.1', respond)
  closing.push(subscriber.close)
  return subscriber
}

export function trigger(uri: string, spec: Partial<Trigger['spec']> = {}): Trigger {
  const metadata = { name: `t-${new URL(uri).port}`, namespace: 'ns' }
  return { apiVersion, kind: 'Trigger', metadata, spec: { broker: 'default', ...spec, subscriber: { uri } } }
}

export interface Started {
  readonly broker: LocalBroker
  readonly waits: number[]
  readonly reports: DeliveryReport[]
  readonly refusals: string[]
}

export async function start(
  triggers: readonly Trigger[],
  options: Partial<BrokerOptions> = {},
): Promise<Started> {
  const [waits, reports, refusals] = [[] as number[], [] as DeliveryReport[], [] as string[]]
  const broker = await startBroker({
    objects: () => [BROKER, ...triggers],
    resolve: destination => destination.uri,
    mode: 'synchronous',
    clock: () => new Date('2026-01-02T03:04:05.000Z'),
    sleep: async ms => void waits.push(ms),
    onDelivery: report => reports.push(report),
    onRefused: (_, reason) => refusals.push(reason),
    ...options,
  })
  closing.unshift(broker.close)
  return { broker, waits, reports, refusals }
}

export async function post(
  { broker }: Started,
  id = '1',
  more: Record<string, unknown> = {},
): Promise<number> {
  const event = { id, source: '/s', type: 't', specversion: '1.0', ...more }
  const { headers, body } = encodeBinary(event)
  return (await fetch(broker.url('ns', 'default'), { method: 'POST', headers, body })).status
}

export function ids({ received }: Subscriber): string[] {
  return received.map(({ event }) => event.id)
}
