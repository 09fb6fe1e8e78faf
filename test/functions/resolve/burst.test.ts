// Many requests at once: nobody waits for another, the registry is asked once, and metrics say so.

import { expect, test } from 'vitest'
import { resolve } from '../../../functions/resolve/index.ts'
import { isAnswered } from '../../../shared/resolution/request.ts'
import { changed } from '../../kit/events.ts'
import { push } from '../../kit/playbooks.ts'
import { ask, dataOf, look, pipelineIn, startResolving, untilAnswered } from './kit.ts'

const MANY = 50

test('fifty requests for one tag cost the registry at most three questions', async () => {
  await using resolving = await startResolving()
  const { stage } = resolving
  const bundle = await push(stage, 'playbooks/scale:v1')
  const requests = await Promise.all(
    Array.from({ length: MANY }, () => ask(stage, { params: pipelineIn(bundle) })),
  )
  const asked: string[] = []
  const fetch: typeof globalThis.fetch = (input, init) => {
    if (String(input).startsWith('http:')) asked.push(`${init?.method} ${String(input)}`)
    return globalThis.fetch(input, init)
  }
  const services = stage.replica({ fetch })
  const handler = resolve.create(services)

  for (const request of requests) await handler(changed(request))
  await services.background.idle()

  for (const request of requests) expect(dataOf(await look(stage, request))).toContain('"Pipeline"')
  expect(
    asked.filter(each => each.includes('/manifests/') || each.includes('/blobs/')).length,
  ).toBeLessThanOrEqual(3)
  const { body = '' } = (await services.metrics.text()) ?? {}
  expect(body).toMatch(/resolution_duration_seconds_count\{resolver="bundles",outcome="resolved"\} 50/)
  expect(body).toMatch(/resolution_in_flight\{resolver="bundles"\} 0/)
  const uses = [...body.matchAll(/resolution_cache_total\{[^}]*use="(?:hit|miss|joined)"[^}]*\} (\d+)/g)]
  expect(uses.reduce((sum, [, count]) => sum + Number(count), 0)).toBeGreaterThanOrEqual(MANY)
})

test('a fetch that takes its time keeps nobody waiting, and is acknowledged at once', async () => {
  await using resolving = await startResolving()
  const { stage } = resolving
  const [slow, quick] = ['slow', 'quick'].map(name => push(stage, `playbooks/${name}:v1`))
  const gate = Promise.withResolvers<void>()
  const fetch: typeof globalThis.fetch = async (input, init) => {
    if (String(input).includes('/slow/')) await gate.promise
    return globalThis.fetch(input, init)
  }
  const services = stage.replica({ fetch })
  const handler = resolve.create(services)
  const first = await ask(stage, { params: pipelineIn((await slow) ?? '') })
  const second = await ask(stage, { params: pipelineIn((await quick) ?? '') })

  expect(await handler(changed(first))).toBeUndefined()
  await handler(changed(second))

  await untilAnswered(stage, second)
  expect(isAnswered(await look(stage, first))).toBe(false)
  gate.resolve()
  await untilAnswered(stage, first)
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
