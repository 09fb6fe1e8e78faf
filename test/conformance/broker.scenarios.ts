// What every Knative Broker must do, as a table of scenarios that runs against the local Broker and a real one.

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { encodeBinary, encodeStructured, type HttpMessage } from '../../shared/events/codec.ts'
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

function byType(type: string): object {
  return { filter: { attributes: { type } } }
}

async function statusOf(url: string, init: RequestInit): Promise<number> {
  const response = await fetch(url, init)
  await response.arrayBuffer()
  return response.status
}

const QUICK = { backoffPolicy: 'linear', backoffDelay: 'PT0.01S' }

const door: readonly BrokerScenario[] = [
  {
    name: 'the ingress answers 202, and 400, 404, 405 and 200 for OPTIONS',
    run: async ({ world, event, post }) => {
      const { headers, body } = encodeBinary(event('door'))
      const url = `${world.ingress}/${world.namespace}/${world.broker}`
      const { 'ce-id': _, ...withoutId } = headers
      assert.equal(await post({ headers, body }), 202)
      assert.equal(await post({ headers: withoutId, body }), 400)
      assert.equal(await statusOf(`${url}-unknown`, { method: 'POST', headers, body }), 404)
      assert.equal(await statusOf(`${url}/more`, { method: 'POST', headers, body }), 400)
      assert.equal(await statusOf(url, { method: 'GET' }), 405)
      assert.equal(await statusOf(url, { method: 'OPTIONS' }), 200)
    },
  },
  {
    name: 'a subscriber gets the event in binary mode with arrival time, Prefer: reply and no TTL',
    run: async ({ type, event, post, subscribe, trigger }) => {
      const subscriber = await subscribe()
      await trigger(subscriber, byType(type('a')))
      const sent = event('a', {
        subject: 's',
        count: 5,
        datacontenttype: 'application/json',
        data: { a: [1] },
      })
      assert.equal(await post(encodeStructured(sent)), 202)
      const [got] = await subscriber.waitFor(1)
      const { knativearrivaltime, ...rest } = got?.event ?? sent
      assert.match(String(knativearrivaltime), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
      assert.deepEqual(rest, { ...sent, count: '5' })
      assert.equal(got?.headers.prefer, 'reply')
    },
  },
  {
    name: 'an event without passes left is refused with 400',
    run: async ({ type, event, post, subscribe, trigger }) => {
      const subscriber = await subscribe()
      await trigger(subscriber, byType(type('a')))
      assert.equal(await post(encodeBinary(event('a', { knativebrokerttl: '1' }))), 400)
      assert.equal(await post(encodeBinary(event('a', { knativebrokerttl: '2', subject: 'second' }))), 202)
      const [first] = await subscriber.waitFor(1)
      assert.equal(first?.event.subject, 'second')
    },
  },
]

const filtering: readonly BrokerScenario[] = [
  {
    name: 'filters override filter',
    run: async ({ type, event, post, subscribe, trigger }) => {
      const subscriber = await subscribe()
      await trigger(subscriber, { ...byType(type('b')), filters: [{ exact: { type: type('a') } }] })
      await post(encodeBinary(event('b')))
      await post(encodeBinary(event('a')))
      const [first] = await subscriber.waitFor(1)
      assert.equal(first?.event.type, type('a'))
    },
  },
  {
    name: 'prefix, not and any work together',
    run: async ({ type, event, post, subscribe, trigger }) => {
      const subscriber = await subscribe()
      const filters = [
        { prefix: { type: type('') } },
        { not: { any: [{ exact: { subject: 'no' } }, { suffix: { subject: 'never' } }] } },
      ]
      await trigger(subscriber, { filters })
      for (const subject of ['no', 'as never', 'yes']) await post(encodeBinary(event('a', { subject })))
      const [first] = await subscriber.waitFor(1)
      assert.equal(first?.event.subject, 'yes')
    },
  },
]

const retrying: readonly BrokerScenario[] = [
  {
    name: 'a 503 is tried again until it is taken',
    run: async ({ type, event, post, subscribe, trigger }) => {
      const subscriber = await subscribe((_, count) => (count < 3 ? 503 : 200))
      await trigger(subscriber, { ...byType(type('a')), delivery: { ...QUICK, retry: 5 } })
      assert.equal(await post(encodeBinary(event('a'))), 202)
      assert.equal((await subscriber.waitFor(3)).length, 3)
    },
  },
  {
    name: 'a 400 goes to the dead letter at once, with what happened',
    run: async ({ type, event, post, subscribe, trigger }) => {
      const dead = await subscribe()
      const subscriber = await subscribe(() => ({ status: 400, body: 'not like this' }))
      const delivery = { ...QUICK, retry: 5, deadLetterSink: { uri: dead.url } }
      await trigger(subscriber, { ...byType(type('a')), delivery })
      const sent = event('a')
      assert.equal(await post(encodeBinary(sent)), 202)
      const [letter] = await dead.waitFor(1)
      assert.equal(subscriber.received.length, 1)
      assert.equal(letter?.event.id, sent.id)
      assert.equal(letter?.event.knativeerrorcode, '400')
      assert.equal(letter?.event.knativeerrordest, subscriber.url)
      assert.equal(letter?.event.knativeerrordata, Buffer.from('not like this').toString('base64'))
    },
  },
  {
    name: 'a 2xx with a body that is no event is tried again, then dead',
    run: async ({ type, event, post, subscribe, trigger }) => {
      const dead = await subscribe()
      const subscriber = await subscribe(() => ({ status: 200, body: 'ok' }))
      const delivery = { ...QUICK, retry: 2, deadLetterSink: { uri: dead.url } }
      await trigger(subscriber, { ...byType(type('a')), delivery })
      await post(encodeBinary(event('a')))
      await dead.waitFor(1)
      assert.equal(subscriber.received.length, 3)
    },
  },
]

const replying: readonly BrokerScenario[] = [
  {
    name: 'a reply goes through the Broker to whom it concerns',
    run: async ({ world, type, event, post, subscribe, trigger }) => {
      const answer = event('b', { datacontenttype: 'application/json', data: { answer: 42 } })
      const first = await subscribe(() => ({ status: 200, event: answer }))
      const second = await subscribe()
      await trigger(first, byType(type('a')))
      await trigger(second, byType(type('b')))
      assert.equal(await post(encodeBinary(event('a'))), 202)
      if (world.synchronous) assert.equal(second.received.length, 1)
      const [got] = await second.waitFor(1)
      assert.equal(got?.event.id, answer.id)
      assert.deepEqual(got?.event.data, { answer: 42 })
      assert.equal(got?.event.knativebrokerttl, undefined)
    },
  },
  {
    name: 'a reply that wakes its own author stops after as many passes as are left',
    run: async ({ type, event, post, subscribe, trigger }) => {
      const dead = await subscribe()
      const echo = await subscribe(received => ({ status: 200, event: { ...received, id: randomUUID() } }))
      const delivery = { ...QUICK, retry: 0, deadLetterSink: { uri: dead.url } }
      await trigger(echo, { ...byType(type('a')), delivery })
      await post(encodeBinary(event('a', { knativebrokerttl: '6' })))
      const [letter] = await dead.waitFor(1)
      assert.equal(echo.received.length, 5)
      assert.equal(letter?.event.id, echo.received[4]?.event.id)
      assert.equal(letter?.event.knativeerrorcode, '400')
    },
  },
]

/** Every scenario; each needs a stage of its own. */
export const BROKER_SCENARIOS: readonly BrokerScenario[] = [...door, ...filtering, ...retrying, ...replying]
