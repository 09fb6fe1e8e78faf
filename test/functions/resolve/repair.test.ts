// What no event told: requests that are found by the watch, cancelled, or interrupted by an outage.

import { expect, test } from 'vitest'
import { resolve } from '../../../functions/resolve/index.ts'
import { KubernetesError } from '../../../shared/kubernetes/errors.ts'
import { resolutionRequests } from '../../../shared/kubernetes/resources.ts'
import { Fault } from '../../../shared/runtime/fault.ts'
import { changed } from '../../kit/events.ts'
import { hooked } from '../../kit/hook.ts'
import { push } from '../../kit/playbooks.ts'
import { until } from '../../kit/until.ts'
import { ask, dataOf, look, pipelineIn, startResolving, tell, untilAnswered } from './kit.ts'

test('a request whose event was lost is answered, within a few seconds', async () => {
  await using resolving = await startResolving()
  const { stage, handler } = resolving
  const params = pipelineIn(await push(stage, 'playbooks/scale:v1'))
  const before = await ask(stage, { params })
  await handler.warm?.()
  const after = await ask(stage, { params })
  for (const request of [before, after])
    expect(dataOf(await untilAnswered(stage, request))).toContain('"Pipeline"')
})

test('what the watch has seen is neither begun nor read again by its events', async () => {
  await using resolving = await startResolving()
  const { stage } = resolving
  let reads = 0
  const kubernetes = hooked(stage.kubernetes, (verb, { kind }) => {
    if (kind === 'ResolutionRequest' && verb === 'get') reads += 1
  })
  const services = stage.replica({ kubernetes })
  const handler = resolve.create(services)
  await handler.warm?.()
  const request = await ask(stage, { params: pipelineIn(await push(stage, 'playbooks/scale:v1')) })
  const answered = await untilAnswered(stage, request)
  for (const event of [changed(request), changed(answered)]) await handler(event)
  await services.background.idle()
  expect(dataOf(answered)).toContain('"Pipeline"')
  expect(reads).toBe(0)
})

test.each([
  ['no answer', new Fault('unavailable', 'the API server does not answer')],
  ['an error of the API server', new KubernetesError(500, 'InternalError', 'etcdserver: leader changed')],
])('one whose answer was interrupted by %s is answered afterwards', async (_, error) => {
  await using resolving = await startResolving()
  const { stage } = resolving
  let outages = 2
  const kubernetes = hooked(stage.kubernetes, (verb, { kind }) => {
    if (kind !== 'ResolutionRequest' || verb !== 'patch' || outages === 0) return
    outages -= 1
    throw error
  })
  const services = stage.replica({ kubernetes })
  const handler = resolve.create(services)
  await handler.warm?.()
  const request = await ask(stage, { params: pipelineIn(await push(stage, 'playbooks/scale:v1')) })
  await handler(changed(request))
  expect(dataOf(await untilAnswered(stage, request))).toContain('"Pipeline"')
  expect(outages).toBe(0)
})

test.each([
  ['deleted', async (stage, { metadata }) => stage.kubernetes.remove(resolutionRequests, metadata)],
  [
    'failed by others',
    async (stage, { metadata }) => {
      const status = {
        data: '',
        conditions: [{ type: 'Succeeded', status: 'False', reason: 'ResolutionTimedOut' }],
      }
      await stage.kubernetes.patch(resolutionRequests, metadata, { status }, { subresource: 'status' })
    },
  ],
] satisfies [
  string,
  (stage: Parameters<typeof ask>[0], request: Awaited<ReturnType<typeof ask>>) => Promise<void>,
][])('a request that is %s is fetched no longer', async (_, end) => {
  await using resolving = await startResolving()
  const { stage } = resolving
  const bundle = await push(stage, 'playbooks/scale:v1')
  const aborted = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()
  const fetch: typeof globalThis.fetch = (_input, init) =>
    new Promise((_resolve, reject) => {
      begun.resolve()
      init?.signal?.addEventListener('abort', () => {
        aborted.resolve()
        reject(init.signal?.reason)
      })
    })
  const services = stage.replica({ fetch })
  const handler = resolve.create(services)
  await handler.warm?.()
  const request = await ask(stage, { params: pipelineIn(bundle) })
  await handler(changed(request))
  await begun.promise

  await end(stage, request)

  await aborted.promise
  await services.background.idle()
  const { body = '' } = (await services.metrics.text()) ?? {}
  expect(body).toContain('resolution_duration_seconds_count{resolver="bundles",outcome="cancelled"} 1')
})

test('playbooks are answered whatever Tekton’s own resolvers do to the others', async () => {
  await using resolving = await startResolving({ env: { RESOLVERS: 'playbook' } })
  const { stage, handler } = resolving
  await handler.warm?.()
  const mine = await ask(stage, { type: 'playbook', params: { name: 'absent' } })
  const theirs = await ask(stage, { type: 'bundles', params: {} })
  await until('an answer', async () => (await look(stage, mine)).status !== undefined)
  await tell(resolving, theirs)
  expect((await look(stage, theirs)).status).toBeUndefined()
})
