// One scenario's own corner of a Broker under test.

import { randomUUID } from 'node:crypto'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import type { HttpMessage } from '../../shared/events/codec.ts'
import {
  type BrokerWorld,
  type Reply,
  type Subscriber,
  startSubscriber,
  type TriggerObject,
} from './broker.world.ts'

export interface BrokerScenario {
  readonly name: string
  readonly run: (stage: Stage) => Promise<void>
}

/** One scenario's own corner of a Broker: event types and Trigger names that no other scenario uses. */
export interface Stage {
  readonly world: BrokerWorld
  readonly type: (suffix: string) => string
  readonly event: (suffix: string, more?: Partial<CloudEvent>) => CloudEvent
  readonly post: (message: HttpMessage) => Promise<number>
  readonly subscribe: (respond?: (event: CloudEvent, count: number) => Reply) => Promise<Subscriber>
  readonly trigger: (subscriber: Subscriber, spec?: object) => Promise<void>
  readonly close: () => void
}

/** Makes a stage on a Broker; close it to stop its subscribers. */
export function createStage(world: BrokerWorld): Stage {
  const id = randomUUID().slice(0, 8)
  const subscribers: Subscriber[] = []
  const type = (suffix: string) => `io.kubernaut.conformance.${id}.${suffix}`
  return {
    world,
    type,
    event: (suffix, more) => ({
      id: randomUUID(),
      source: '/conformance',
      type: type(suffix),
      specversion: '1.0',
      ...more,
    }),
    post: async ({ headers, body }) => {
      const url = `${world.ingress}/${world.namespace}/${world.broker}`
      const response = await fetch(url, { method: 'POST', headers, body })
      await response.arrayBuffer()
      return response.status
    },
    subscribe: async respond => {
      const subscriber = await startSubscriber(world.host, respond)
      subscribers.push(subscriber)
      return subscriber
    },
    trigger: (subscriber, spec) => world.apply([triggerFor(world, subscriber, spec)]),
    close: () => {
      for (const { close } of subscribers) close()
    },
  }
}

function triggerFor(world: BrokerWorld, subscriber: Subscriber, spec: object = {}): TriggerObject {
  return {
    apiVersion: 'eventing.knative.dev/v1',
    kind: 'Trigger',
    metadata: { name: `conformance-${randomUUID().slice(0, 8)}`, namespace: world.namespace },
    spec: { broker: world.broker, ...spec, subscriber: { uri: subscriber.url } },
  }
}

/** A filter for one type. */
export function byType(type: string): object {
  return { filter: { attributes: { type } } }
}

/** The status of a request whose answer does not matter. */
export async function statusOf(url: string, init: RequestInit): Promise<number> {
  const response = await fetch(url, init)
  await response.arrayBuffer()
  return response.status
}
