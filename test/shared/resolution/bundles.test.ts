// What the bundles resolver asks a registry for, by parameters and settings; the formats are those of shared/bundle.

import { expect, test } from 'vitest'
import { createBundlesResolver } from '../../../shared/resolution/bundles/resolver.ts'
import { withFramework } from '../../../shared/resolution/framework.ts'
import { createSecrets } from '../../../shared/resolution/secrets.ts'
import { pipelineText, push } from '../../kit/playbooks.ts'
import { type Stage, startStage, TENANT } from '../../kit/stage.ts'
import { type Asked, never, question } from './kit.ts'

function open(stage: Stage, fetch: typeof globalThis.fetch = globalThis.fetch) {
  const resolver = createBundlesResolver({ fetch, plainHttpRegistries: [] })
  const secrets = createSecrets(stage.kubernetes, TENANT)
  return { resolver, ask: (asked: Asked) => resolver.resolve(question({ secrets, ...asked }), never) }
}

const task = JSON.stringify({
  apiVersion: 'tekton.dev/v1beta1',
  kind: 'Task',
  metadata: { name: 'scale' },
  spec: { steps: [{ name: 'a', image: 'b' }] },
})

test('kind, bundle and service account come from the ConfigMap where the request leaves them out', async () => {
  await using stage = await startStage()
  await push(stage, 'catalog/scale:v1', { pack: { documents: [pipelineText(), task] } })
  const { ask } = open(stage)
  const bundle = `${stage.registry.host}/catalog/scale:v1`
  const kindOf = async (asked: Asked): Promise<unknown> => JSON.parse((await ask(asked)).data).kind

  expect(await kindOf({ params: { bundle, name: 'scale' } })).toBe('Task')
  expect(await kindOf({ params: { bundle, name: 'scale', kind: 'Pipeline' } })).toBe('Pipeline')
  const settings = {
    'default-kind': 'pipeline',
    'default-bundle': `${stage.registry.host}/catalog/{name}:v1`,
  }
  expect(await kindOf({ params: { name: 'scale' }, settings })).toBe('Pipeline')
})

test('by digest an answer holds for ever, by tag while the tag stays', async () => {
  await using stage = await startStage()
  const bundle = await push(stage, 'catalog/scale:v1')
  const { ask } = open(stage)
  const params = { bundle, name: 'scale', kind: 'pipeline' }
  const byTag = await ask({ params })
  const pinned = `${bundle.replace(/:v1$/, '')}@sha256:${byTag.refSource.digest.sha256}`
  const byDigest = await ask({ params: { ...params, bundle: pinned } })
  expect(typeof byTag.holds).toBe('function')
  expect(byDigest).toMatchObject({ holds: 'forever', refSource: byTag.refSource })
})

test('a registry that is busy is asked again after the pause that it asks for', async () => {
  await using stage = await startStage()
  const bundle = await push(stage, 'catalog/scale:v1')
  let refusals = 0
  const fetch: typeof globalThis.fetch = async (input, init) => {
    if (!String(input).includes('/manifests/') || refusals === 2) return globalThis.fetch(input, init)
    refusals += 1
    return new Response('slow down', { status: refusals === 1 ? 429 : 503, headers: { 'retry-after': '0' } })
  }
  const { resolver } = open(stage, fetch)
  const whole = withFramework(resolver, { clock: stage.clock, note: () => undefined, timeout: 60_000 })
  const settings = { 'backoff-duration': '1ms' }
  const asked = question({ params: { bundle, name: 'scale', kind: 'pipeline' }, settings })
  expect((await whole.resolve(asked, never)).data).toContain('"Pipeline"')
  expect(refusals).toBe(2)
})
