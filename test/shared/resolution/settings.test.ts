// What operators set: read where Tekton has it, with defaults where nothing is, and seldom.

import { expect, test } from 'vitest'
import { KubernetesError } from '../../../shared/kubernetes/errors.ts'
import { configMaps, type KubernetesObject, namespaces } from '../../../shared/kubernetes/resources.ts'
import { createSettings } from '../../../shared/resolution/settings.ts'
import { hooked } from '../../kit/hook.ts'
import { type Stage, startStage } from '../../kit/stage.ts'

const PLACES = { resolversNamespace: 'resolvers', tektonNamespace: 'tekton' }

async function set(
  stage: Stage,
  namespace: string,
  name: string,
  data: Record<string, string>,
): Promise<void> {
  await stage.kubernetes.create(namespaces, { metadata: { name: namespace } }).catch(() => undefined)
  await stage.kubernetes.create<KubernetesObject & { data: object }>(configMaps, {
    metadata: { namespace, name },
    data,
  })
}

const open = (stage: Stage, kubernetes = stage.kubernetes) =>
  createSettings({ kubernetes, clock: stage.clock, ...PLACES })

test('a ConfigMap is read where the resolvers have it, and again after ten seconds', async () => {
  await using stage = await startStage()
  const settings = open(stage)
  expect(await settings.of('bundleresolver-config')).toEqual({})
  await set(stage, 'resolvers', 'bundleresolver-config', { 'default-kind': 'pipeline' })
  const before = stage.requests.length
  expect(await settings.of('bundleresolver-config')).toEqual({})
  expect(stage.requests.length).toBe(before)
  stage.clock.advance(10_000)
  expect(await settings.of('bundleresolver-config')).toEqual({ 'default-kind': 'pipeline' })
})

test.each([
  [{}, true],
  [{ 'enable-bundles-resolver': 'true' }, true],
  [{ 'enable-bundles-resolver': 'false' }, false],
  [{ 'enable-bundles-resolver': 'False' }, false],
  [{ 'enable-git-resolver': 'false' }, true],
])('with the flags %j the bundles resolver is on: %s', async (flags, enabled) => {
  await using stage = await startStage()
  await set(stage, 'resolvers', 'resolvers-feature-flags', flags)
  expect(await open(stage).isEnabled('enable-bundles-resolver')).toBe(enabled)
  expect(await open(stage).isEnabled(undefined)).toBe(true)
})

test.each([
  [{}, 60_000],
  [{ 'default-maximum-resolution-timeout': '5m' }, 300_000],
  [{ 'default-maximum-resolution-timeout': 'soon' }, 60_000],
])('with the defaults %j Tekton waits %i ms', async (defaults, milliseconds) => {
  await using stage = await startStage()
  await set(stage, 'tekton', 'config-defaults', defaults)
  expect(await open(stage).globalTimeout()).toBe(milliseconds)
})

test('what may not be read says nothing, and what breaks is read again', async () => {
  await using stage = await startStage()
  const answers = [
    new KubernetesError(403, 'Forbidden', 'no'),
    new KubernetesError(500, 'InternalError', 'down'),
  ]
  const kubernetes = hooked(stage.kubernetes, () => {
    const error = answers.shift()
    if (error !== undefined) throw error
  })
  const settings = open(stage, kubernetes)
  expect(await settings.of('forbidden')).toEqual({})
  await expect(settings.of('broken')).rejects.toThrow('down')
  expect(await settings.of('broken')).toEqual({})
})
