// Whoever answers requests for bundles on the cluster, ours or Tekton's own, held against the suite for any.

import { afterAll } from 'vitest'
import { defineResolutionConformance } from '../../conformance/resolution.ts'
import { pipeline, publishing } from '../../conformance/tekton.bundles.ts'
import { type Cluster, openCluster, setting } from '../cluster.ts'

let cluster: Cluster | undefined

afterAll(() => cluster?.[Symbol.asyncDispose]())

defineResolutionConformance(async () => {
  cluster = await openCluster('conformance-resolution')
  const { kubernetes, namespace } = cluster
  const tasks = [{ name: 'a', taskSpec: { steps: [{ name: 'a', image: 'registry.example.com/shell:1' }] } }]
  const bundle = await publishing(setting('REGISTRY')).publish([pipeline('scale', { tasks })])
  const params = { bundle, name: 'scale', kind: 'pipeline' }
  const expected = { kind: 'Pipeline', name: 'scale' }
  const missing = { ...params, name: 'absent' }
  return { kubernetes, namespace, type: 'bundles', params, missing, expected, lifecycle: true }
})
