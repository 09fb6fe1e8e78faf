// The local Broker, in both modes, against the scenarios that a real Broker must pass too.

import { afterAll, afterEach, beforeAll, describe, it } from 'vitest'
import { startBroker } from '../../local/broker/broker.ts'
import type { Broker, Trigger } from '../../local/broker/objects.ts'
import type { LocalBroker } from '../../local/broker/options.ts'
import { BROKER_SCENARIOS } from './broker.scenarios.ts'
import { createStage, type Stage } from './broker.stage.ts'

const BROKER: Broker = {
  apiVersion: 'eventing.knative.dev/v1',
  kind: 'Broker',
  metadata: { name: 'default', namespace: 'conformance' },
}

describe.each(['synchronous', 'asynchronous'] as const)('the local Broker, %s', mode => {
  const objects: (Broker | Trigger)[] = [BROKER]
  let broker: LocalBroker
  let stage: Stage | undefined

  beforeAll(async () => {
    broker = await startBroker({ objects: () => objects, resolve: destination => destination.uri, mode })
  })

  afterEach(() => stage?.close())
  afterAll(() => broker.close())

  it.each(BROKER_SCENARIOS)('$name', async ({ run }) => {
    stage = createStage({
      namespace: 'conformance',
      broker: 'default',
      ingress: new URL(broker.url('conformance', 'default')).origin,
      host: '127.0.0.1',
      synchronous: mode === 'synchronous',
      apply: async triggers => void objects.push(...triggers),
    })
    await run(stage)
    await broker.idle()
  })
})
