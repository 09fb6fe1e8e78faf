// The success metrics, from runs of every kind.

import { expect, test } from 'vitest'
import { metricsOf, type Seen } from '../../../cli/doctor/metrics.ts'
import type { Playbook } from '../../../shared/playbook/playbook.ts'
import { ANNOTATION, LABEL, type PipelineRun } from '../../../shared/remediation/marks.ts'

const DIGEST = `sha256:${'d'.repeat(64)}`

interface Ended {
  readonly status?: string
  readonly reason?: string
  readonly bundle?: string
  readonly resolved?: string
  readonly tasks?: number
}

function run(id: string, { status = 'True', reason = 'Succeeded', ...more }: Ended = {}): PipelineRun {
  const { bundle = `registry.example.com/x@${DIGEST}`, resolved = 'd'.repeat(64), tasks = 1 } = more
  return {
    metadata: {
      namespace: 'ours',
      name: `rem-${id}`,
      labels: { [LABEL.correlation]: id },
      annotations: { [ANNOTATION.digest]: DIGEST },
    },
    spec: { params: [], pipelineRef: { resolver: 'bundles', params: [{ name: 'bundle', value: bundle }] } },
    status: {
      startTime: '2026-01-01T00:00:00Z',
      conditions: [{ type: 'Succeeded', status, reason }],
      childReferences: Array.from({ length: tasks }, (_, at) => ({ name: `task-${at}` })),
      provenance: { refSource: { digest: { sha256: resolved } } },
    } as PipelineRun['status'] & object,
  }
}

function playbook(created: string, registeredAt: string): Playbook {
  return {
    metadata: { name: 'x', creationTimestamp: created },
    spec: { bundle: 'b' },
    status: { history: [{ registeredAt }] },
  } as unknown as Playbook
}

function measured(seen: Partial<Seen>) {
  const all = metricsOf({ runs: [], playbooks: [], remembered: [], ...seen })
  return Object.fromEntries(all.map(({ metric, value, status }) => [metric, [value, status]]))
}

test('nothing has happened yet', () => {
  expect(measured({})).toEqual({
    'execution-success': [undefined, 'ok'],
    'version-mismatches': [0, 'ok'],
    visibility: [undefined, 'ok'],
    onboarding: [undefined, 'ok'],
  })
})

test('cancelled runs are nobody’s success and nobody’s failure', () => {
  const runs = [run('a'), run('b', { status: 'False', reason: 'Cancelled' })]
  expect(measured({ runs })['execution-success']).toEqual([100, 'ok'])
  expect(
    measured({ runs: [...runs, run('c', { status: 'False', reason: 'Failed' })] })['execution-success'],
  ).toEqual([50, 'warn'])
})

test.each([
  ['another digest was resolved', { resolved: 'e'.repeat(64) }],
  ['the run does not pin the one that was registered', { bundle: 'registry.example.com/x:v1' }],
])('a mismatch: %s', (_, more) => {
  expect(measured({ runs: [run('a'), run('b', more)] })['version-mismatches']).toEqual([1, 'warn'])
})

test('what Tekton does not show, or somebody deleted, is not visible', () => {
  const runs = [run('a'), run('b'), run('c', { tasks: 0 })]
  expect(measured({ runs: runs.slice(0, 2), remembered: ['a', 'b'] }).visibility).toEqual([100, 'ok'])
  expect(measured({ runs, remembered: ['a', 'gone'] }).visibility).toEqual([50, 'warn'])
})

test('a Playbook is there from its creation, and of use from its registration', () => {
  const playbooks = [
    playbook('2026-01-01T00:00:00Z', '2026-01-01T00:00:02Z'),
    playbook('2026-01-01T00:00:00Z', '2026-01-01T00:00:03Z'),
    playbook('2026-01-01T00:00:00Z', '2026-01-01T01:00:00Z'),
  ]
  expect(measured({ playbooks }).onboarding).toEqual([3, 'ok'])
  expect(measured({ playbooks: playbooks.slice(2) }).onboarding).toEqual([3600, 'warn'])
})
