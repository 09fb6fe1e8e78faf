// Retries, dead letters and replies, as every Knative Broker must do them.

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { encodeBinary } from '../../shared/events/codec.ts'
import { type BrokerScenario, byType } from './broker.stage.ts'

const QUICK = { backoffPolicy: 'linear', backoffDelay: 'PT0.01S' }

/** What is tried again, and what a dead letter tells. */
export const RETRY_SCENARIOS: readonly BrokerScenario[] = [
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
  {
    name: 'what nobody takes, not even a dead letter sink, is a 500 to a sender that waited for it',
    run: async ({ world, type, event, post, subscribe, trigger }) => {
      const subscriber = await subscribe(() => 400)
      await trigger(subscriber, { ...byType(type('a')), delivery: { ...QUICK, retry: 5 } })
      assert.equal(await post(encodeBinary(event('a'))), world.synchronous ? 500 : 202)
      await subscriber.waitFor(1)
    },
  },
]

/** How replies travel on, and where they stop. */
export const REPLY_SCENARIOS: readonly BrokerScenario[] = [
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
