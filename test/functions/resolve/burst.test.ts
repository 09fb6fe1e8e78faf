// Many requests at once: nobody waits for another, the registry is asked once, and metrics say so.

import { expect, test } from 'vitest'
import { resolve } from '../../../functions/resolve/index.ts'
import { isAnswered } from '../../../shared/resolution/request.ts'
import { changed } from '../../kit/events.ts'
import { push } from '../../kit/playbooks.ts'
import { TENANT } from '../../kit/stage.ts'
import { ask, dataOf, failureOf, look, pipelineIn, startResolving, untilAnswered } from './kit.ts'

const MANY = 50

test('fifty requests for one tag cost the registry at most three questions', async () => {
  await using resolving = await startResolving()
  const { stage } = resolving
  const bundle = await push(stage, 'playbooks/scale:v1')
  const requests = await Promise.all(
    Array.from({ length: MANY }, () => ask(stage, { params: pipelineIn(bundle) })),
  )
  const before = stage.registry.requests.length
  // On a busy machine a burst may last longer than a second, after which the tag would be asked for again.
  const now = stage.clock.now()
  const services = stage.replica({ clock: { now: () => now } })
  const handler = resolve.create(services)

  for (const request of requests) await handler(changed(request))
  await services.background.idle()

  for (const request of requests) expect(dataOf(await look(stage, request))).toContain('"Pipeline"')
  const asked = stage.registry.requests.slice(before).map(({ method, path }) => `${method} ${path}`)
  expect(asked).toEqual([
    'GET /v2/',
    'GET /v2/playbooks/scale/manifests/v1',
    expect.stringMatching(/^GET \/v2\/playbooks\/scale\/blobs\/sha256:/),
  ])
  const { body = '' } = (await services.metrics.text()) ?? {}
  expect(body).toMatch(/resolution_duration_seconds_count\{resolver="bundles",outcome="resolved"\} 50/)
  expect(body).toMatch(/resolution_in_flight\{resolver="bundles"\} 0/)
  const uses = [...body.matchAll(/resolution_cache_total\{[^}]*use="(?:hit|miss|joined)"[^}]*\} (\d+)/g)]
  expect(uses.reduce((sum, [, count]) => sum + Number(count), 0)).toBeGreaterThanOrEqual(MANY)
})

test('a fetch that takes its time keeps nobody waiting, and is acknowledged at once', async () => {
  await using resolving = await startResolving()
  const { stage, handler } = resolving
  const slow = await ask(stage, { params: pipelineIn(await push(stage, 'playbooks/slow:v1')) })
  const quick = await ask(stage, {
    type: 'cluster',
    params: { kind: 'task', name: 'absent', namespace: TENANT },
  })
  stage.registry.fail('stall')

  expect(await handler(changed(slow))).toBeUndefined()
  await handler(changed(quick))

  failureOf(await untilAnswered(stage, quick))
  expect(isAnswered(await look(stage, slow))).toBe(false)
  stage.registry.fail('none')
  await untilAnswered(stage, slow)
})

test('a tag that moves is followed a second later', async () => {
  await using resolving = await startResolving()
  const { stage, handler } = resolving
  const bundle = await push(stage, 'playbooks/scale:v1')
  const digest = async (): Promise<string> => {
    const request = await ask(stage, { params: pipelineIn(bundle) })
    await handler(changed(request))
    return (await untilAnswered(stage, request)).status?.refSource?.digest.sha256 ?? ''
  }
  const before = await digest()
  await push(stage, 'playbooks/scale:v1', { pack: { annotations: { changed: 'yes' } } })
  stage.clock.advance(1_000)
  const after = await digest()
  expect(after).not.toBe(before)
})
