// What a deployment serves, and the services that its functions are given.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createKubernetes } from '../../../shared/kubernetes/client.ts'
import { assemble } from '../../../shared/runtime/assemble.ts'
import { readConfig } from '../../../shared/runtime/config.ts'
import type { PlaybookFunction, Services } from '../../../shared/runtime/function.ts'
import { type Endpoint, eventOf, startEndpoint } from '../channels/kit.ts'
import { keepLog } from './kit.ts'

const given: Services[] = []
const functionOf = (name: string): PlaybookFunction => ({
  name,
  accepts: [name],
  create: services => {
    given.push(services)
    return async () => undefined
  },
})
const all = ['validate', 'execute', 'notify'].map(functionOf)

function assembled(env: Record<string, string> = {}) {
  given.length = 0
  const config = readConfig(
    env,
    all.map(each => each.name),
  )
  const refuse = () => Promise.reject(new Error('no cluster'))
  const nowhere = { ask: refuse, open: refuse, close: async () => undefined }
  const kubernetes = createKubernetes(nowhere)
  return assemble({ kubernetes, fetch, clock: { now: () => 0 }, config, log: keepLog().log }, all)
}

describe('a deployment', () => {
  it.each([
    [{}, ['validate', 'execute', 'notify']],
    [{ FUNCTIONS: 'notify,validate' }, ['validate', 'notify']],
    [{ K_SERVICE: 'execute' }, ['execute']],
  ])('with %o serves %j, and makes nothing else', (env, names) => {
    const { served } = assembled(env)
    expect(served.map(each => each.definition.name)).toEqual(names)
    expect(given).toHaveLength(names.length)
  })

  it('is drained when no work is left in the background of any function', async () => {
    const { drain } = assembled()
    const gate = Promise.withResolvers<string>()
    const order: string[] = []
    const answers = given.map(({ background }, index) =>
      background.run(
        `key ${index}`,
        () => gate.promise.then(() => order.push('worked')),
        async () => undefined,
      ),
    )
    const drained = drain().then(() => order.push('drained'))
    gate.resolve('')
    await Promise.all([drained, ...answers])
    expect(order).toEqual(['worked', 'worked', 'worked', 'drained'])
  })
})

describe('post', () => {
  let broker: Endpoint
  beforeEach(async () => {
    broker = await startEndpoint()
  })
  afterEach(() => broker.close())

  it('sends an event to the Broker', async () => {
    broker.answer = { status: 202 }
    assembled({ K_SINK: `${broker.url}/ns/playbooks` })
    await given[0]?.post(eventOf())
    expect(broker.received).toMatchObject([{ path: '/ns/playbooks', headers: { 'ce-id': eventOf().id } }])
  })

  it('throws when the Broker did not take it', async () => {
    broker.answer = { status: 503 }
    assembled({ K_SINK: broker.url })
    await expect(given[0]?.post(eventOf())).rejects.toMatchObject({ kind: 'unavailable' })
  })

  it('says which variable is missing where there is no Broker', async () => {
    assembled()
    await expect(given[0]?.post(eventOf())).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringMatching(/^K_SINK/),
    })
  })
})
