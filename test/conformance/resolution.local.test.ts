// The resolution endpoint of the local world, held against the suite for any.

import { afterAll, describe } from 'vitest'
import { startWorld, type World } from '../../local/world/world.ts'
import type { KubernetesObject, Resource } from '../../shared/kubernetes/resources.ts'
import { createLog } from '../../shared/runtime/log.ts'
import { pipelineText, pushTo } from '../kit/playbooks.ts'
import { defineResolutionConformance, type ResolutionWorld } from './resolution.ts'

const NAMESPACE = 'conformance'
const expected = { kind: 'Pipeline', name: 'scale' }
const pipelines: Resource = {
  group: 'tekton.dev',
  version: 'v1',
  plural: 'pipelines',
  kind: 'Pipeline',
  namespaced: true,
}

async function open(world: World): Promise<Omit<ResolutionWorld, 'type' | 'params' | 'missing'>> {
  const { kubernetes } = world
  await world.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } })
  return { kubernetes, namespace: NAMESPACE, expected, lifecycle: true }
}

const worlds: World[] = []
afterAll(async () => {
  for (const world of worlds) await world.close()
})

async function start(): Promise<World> {
  const world = await startWorld({ log: createLog('silent') })
  worlds.push(world)
  return world
}

describe('bundles', () => {
  defineResolutionConformance(async () => {
    const world = await start()
    const bundle = await pushTo(`${world.registry.host}/playbooks/scale:v1`)
    const params = { bundle, name: 'scale', kind: 'pipeline' }
    return { ...(await open(world)), type: 'bundles', params, missing: { ...params, name: 'absent' } }
  })
})

describe('cluster', () => {
  defineResolutionConformance(async () => {
    const world = await start()
    const common = await open(world)
    await world.kubernetes.create<KubernetesObject>(pipelines, {
      ...JSON.parse(pipelineText()),
      metadata: { name: 'scale', namespace: NAMESPACE },
    })
    const params = { kind: 'pipeline', name: 'scale', namespace: NAMESPACE }
    return { ...common, type: 'cluster', params, missing: { ...params, name: 'absent' } }
  })
})
