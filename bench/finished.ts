// Remediations that are over: what a namespace holds after a year without a pruner.

import pLimit from 'p-limit'
import { correlationOf } from '../shared/events/identity.ts'
import type { Kubernetes } from '../shared/kubernetes/client.ts'
import { pipelineRuns } from '../shared/kubernetes/resources.ts'
import type { Playbook, Release } from '../shared/playbook/playbook.ts'
import { pipelineRunOf } from '../shared/remediation/create-run.ts'
import { LABEL, type PipelineRun } from '../shared/remediation/marks.ts'

const AT_ONCE = 16
const ENDED = '2026-01-01T00:00:00Z'

/** A run as it is left when it has ended, was settled, and everyone was told. */
function finishedRun(playbook: Playbook, release: Release, index: number): PipelineRun {
  const analysis = { source: '/bench/finished', id: String(index), data: {} }
  const target = { kind: 'Deployment', name: `old-${index}`, namespace: 'production' }
  const values = { TARGET_RESOURCE_NAME: target.name }
  const run = pipelineRunOf({
    correlationId: correlationOf(analysis),
    analysis,
    playbook,
    release,
    target,
    values,
  })
  const { [LABEL.lock]: _, ...labels } = run.metadata.labels ?? {}
  return { ...run, metadata: { ...run.metadata, labels: { ...labels, [LABEL.told]: 'yes' } } }
}

/** Creates as many finished runs beside a registered Playbook. */
export async function createFinished(
  kubernetes: Kubernetes,
  playbook: Playbook,
  count: number,
): Promise<void> {
  const [release] = playbook.status?.history ?? []
  if (release === undefined) throw new Error(`${playbook.metadata.name} has no release.`)
  const conditions = [
    { type: 'Succeeded', status: 'True', reason: 'Succeeded', message: 'Tasks Completed: 1' },
  ]
  const status = { conditions, startTime: ENDED, completionTime: ENDED }
  const limit = pLimit(AT_ONCE)
  await Promise.all(
    Array.from({ length: count }, (_, index) =>
      limit(async () => {
        const { metadata } = await kubernetes.create(pipelineRuns, finishedRun(playbook, release, index))
        await kubernetes.patch(pipelineRuns, metadata, { status }, { subresource: 'status' })
      }),
    ),
  )
}
