// Delivery policies: what a Trigger and its Broker come to together, durations and backoff.

import { describe, expect, it } from 'vitest'
import { deliveryOf, parseDuration } from '../../../local/broker/delivery.ts'
import type { Broker, DeliverySpec, Trigger } from '../../../local/broker/objects.ts'

const apiVersion = 'eventing.knative.dev/v1'
const TRIGGER_SINK = { uri: 'http://trigger' }
const BROKER_SINK = { uri: 'http://broker' }

function policy(ofTrigger?: DeliverySpec, ofBroker?: DeliverySpec) {
  const metadata = { name: 'x', namespace: 'ns' }
  const broker: Broker = {
    apiVersion,
    kind: 'Broker',
    metadata,
    spec: ofBroker ? { delivery: ofBroker } : {},
  }
  const spec = { broker: 'x', subscriber: {}, ...(ofTrigger ? { delivery: ofTrigger } : {}) }
  const trigger: Trigger = { apiVersion, kind: 'Trigger', metadata, spec }
  const { backoff, ...rest } = deliveryOf(trigger, broker)
  return { ...rest, waits: [0, 1, 2, 3].map(backoff) }
}

describe('deliveryOf', () => {
  it('is Knative’s default where neither says anything', () => {
    expect(policy()).toStrictEqual({
      retries: 10,
      waits: [200, 400, 800, 1600],
      timeout: undefined,
      deadLetter: undefined,
      format: 'binary',
    })
  })

  it('takes the Trigger’s as a whole: one that only names a sink has no retries', () => {
    const delivery = policy({ deadLetterSink: TRIGGER_SINK }, { retry: 3, deadLetterSink: BROKER_SINK })
    expect(delivery).toMatchObject({ retries: 0, deadLetter: { destination: TRIGGER_SINK, namespace: 'ns' } })
  })

  it('falls back to the Broker’s sink alone', () => {
    const delivery = policy({ retry: 2 }, { retry: 3, deadLetterSink: BROKER_SINK })
    expect(delivery).toMatchObject({ retries: 2, deadLetter: { destination: BROKER_SINK } })
  })

  it('takes the Broker’s where the Trigger has none', () => {
    const delivery = policy(undefined, {
      retry: 3,
      timeout: 'PT5S',
      backoffPolicy: 'linear',
      backoffDelay: 'PT1S',
    })
    expect(delivery).toMatchObject({ retries: 3, timeout: 5000, waits: [0, 1000, 2000, 3000] })
  })

  it('does not wait without a policy and a delay', () => {
    expect(policy({ retry: 1, backoffDelay: 'PT1S' }).waits).toStrictEqual([0, 0, 0, 0])
  })
})

describe('parseDuration', () => {
  it.each([
    ['PT0.2S', 200],
    ['PT0,5S', 500],
    ['PT1M30S', 90_000],
    ['PT1H', 3_600_000],
    ['P1DT1S', 86_401_000],
    ['P2W', 1_209_600_000],
  ])('%s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms)
  })

  it.each(['', 'P', 'PT', 'P1DT', '1S', 'PT1', 'PTS', 'PT1.2.3S', '200ms'])('refuses "%s"', text => {
    expect(() => parseDuration(text)).toThrow(RangeError)
  })
})
