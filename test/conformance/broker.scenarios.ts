// What every Knative Broker must do, as a table of scenarios that runs against the local Broker and a real one.

import assert from 'node:assert/strict'
import { encodeBinary, encodeStructured } from '../../shared/events/codec.ts'
import { REPLY_SCENARIOS, RETRY_SCENARIOS } from './broker.scenarios.delivery.ts'
import { type BrokerScenario, byType, statusOf } from './broker.stage.ts'

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

/** Every scenario; each needs a stage of its own. */
export const BROKER_SCENARIOS: readonly BrokerScenario[] = [
  ...door,
  ...filtering,
  ...RETRY_SCENARIOS,
  ...REPLY_SCENARIOS,
]
