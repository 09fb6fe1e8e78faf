// The PipelineRun of a remediation: everything that Tekton and people need, and nothing that Kubernetes refuses.

import { describe, expect, test } from 'vitest'
import { hashOf } from '../../../shared/events/identity.ts'
import { canonicalDigest } from '../../../shared/receipt/canonical.ts'
import { pipelineRunOf } from '../../../shared/remediation/create-run.ts'
import { ANNOTATION, type PipelineRun } from '../../../shared/remediation/marks.ts'
import { digest } from '../playbook/kit.ts'
import { correlationId, full, remediation } from './remediations.ts'

test('carries all of a remediation that may start at once', () => {
  const spec: PipelineRun['spec'] = {
    pipelineRef: {
      resolver: 'bundles',
      params: [
        { name: 'bundle', value: `registry.example/runbooks/scale@${digest('a')}` },
        { name: 'name', value: 'scale-down' },
        { name: 'kind', value: 'pipeline' },
        { name: 'secret', value: 'registry' },
        { name: 'serviceAccount', value: 'scaler' },
      ],
    },
    params: [
      { name: 'REPLICAS', value: '3' },
      { name: 'HOSTS', value: ['a', 'b'] },
      { name: 'LABELS', value: { tier: 'web' } },
    ],
    timeouts: { pipeline: '10m' },
    taskRunTemplate: { serviceAccountName: 'scaler' },
  }
  expect(pipelineRunOf(full)).toStrictEqual({
    apiVersion: 'tekton.dev/v1',
    kind: 'PipelineRun',
    metadata: {
      name: `rem-${correlationId}`,
      namespace: 'sre',
      labels: {
        'playbook.kubernaut.io/playbook': hashOf('scale-down'),
        'playbook.kubernaut.io/correlation': correlationId,
        'playbook.kubernaut.io/target': hashOf('shop/deployment/api'),
        'playbook.kubernaut.io/lock': 'held',
        'playbook.kubernaut.io/told': 'no',
      },
      annotations: {
        'playbook.kubernaut.io/playbook': 'scale-down',
        'playbook.kubernaut.io/version': '1.0.0+build.7',
        'playbook.kubernaut.io/digest': digest('a'),
        'playbook.kubernaut.io/schema-digest': digest('f'),
        'playbook.kubernaut.io/target': 'shop/deployment/api',
        'playbook.kubernaut.io/target-api-version': 'apps/v1',
        'playbook.kubernaut.io/analysis': '/analyses 1',
        'playbook.kubernaut.io/analysis-digest': canonicalDigest(full.analysis.data),
        'playbook.kubernaut.io/given': JSON.stringify({
          digest: canonicalDigest({ REPLICAS: 3, HOSTS: ['a', 'b'], LABELS: { tier: 'web' } }),
          differs: { REPLICAS: { value: 3 } },
        }),
        'playbook.kubernaut.io/cooldown': '5m',
        'playbook.kubernaut.io/spec-hash': hashOf(JSON.stringify(spec)),
      },
    },
    spec,
  })
})

test('leaves out what the Playbook does not say, so that Tekton takes its own defaults', () => {
  const { spec, metadata } = pipelineRunOf(remediation({}, { values: {} }))
  expect(spec).toStrictEqual({
    pipelineRef: {
      resolver: 'bundles',
      params: [
        { name: 'bundle', value: `registry.example/runbooks/scale@${digest('a')}` },
        { name: 'name', value: 'scale-down' },
        { name: 'kind', value: 'pipeline' },
      ],
    },
    params: [],
  })
  expect(metadata.annotations).not.toHaveProperty([ANNOTATION.cooldown])
})

describe('while it waits', () => {
  test.each(['queue', 'approval'] as const)(
    'for its %s it is pending, and says why and since when',
    reason => {
      const { spec, metadata } = pipelineRunOf(full, {
        for: reason,
        since: 1_700_000_000_000,
        why: 'Not yet.',
      })
      expect(spec.status).toBe('PipelineRunPending')
      expect(metadata.labels).toMatchObject({
        'playbook.kubernaut.io/lock': 'waiting',
        'playbook.kubernaut.io/waiting': reason,
      })
      expect(metadata.annotations).toMatchObject({
        'playbook.kubernaut.io/queued-at': '1700000000000',
        'playbook.kubernaut.io/waits-for': 'Not yet.',
      })
    },
  )

  test('it is the same remediation: only that it waits differs', () => {
    const now = pipelineRunOf(full)
    const later = pipelineRunOf(full, { for: 'approval', since: 1, why: 'Not yet.' })
    const { status: _, ...spec } = later.spec
    expect(spec).toStrictEqual(now.spec)
    expect(later.metadata.name).toBe(now.metadata.name)
    expect(later.metadata.annotations).toMatchObject(now.metadata.annotations ?? {})
  })
})

test('a Playbook without namespace runs where kubectl would put it', () => {
  const { namespace: _, ...metadata } = full.playbook.metadata
  expect(pipelineRunOf({ ...full, playbook: { ...full.playbook, metadata } }).metadata.namespace).toBe(
    'default',
  )
})
