// Writes what a reconcile found out about a PipelineRun: labels and annotations, then the status, only where they differ.

import { isDeepStrictEqual } from 'node:util'
import { pipelineRuns } from '../../shared/kubernetes/resources.ts'
import { textParam } from './decode.ts'
import type { PipelineRun, PipelineRunStatus } from './run.ts'
import { conditionsOf, succeeded, type Verdict } from './status.ts'
import { keyOf, timestamp, type World } from './world.ts'

interface Change {
  readonly verdict: Verdict
  readonly status?: Partial<PipelineRunStatus>
  readonly labels?: Readonly<Record<string, string>> | undefined
  readonly annotations?: Readonly<Record<string, string>> | undefined
}

const PIPELINE_LABEL = 'tekton.dev/pipeline'

/** The label that every run carries from its first moment, before its Pipeline's name is known. */
function pipelineLabel(run: PipelineRun): string {
  const own = run.metadata.labels?.[PIPELINE_LABEL]
  if (own !== undefined) return own
  const { pipelineRef } = run.spec
  if (pipelineRef?.name) return pipelineRef.name
  const params = pipelineRef?.params ?? []
  return (textParam(params, 'kind') === 'pipeline' && textParam(params, 'name')) || run.metadata.name
}

/** A Pipeline's labels and annotations reach its runs, whose own go first (https://tekton.dev/docs/pipelines/labels/). */
export function mergedMetadata(
  run: PipelineRun,
  pipeline: {
    name?: string
    labels?: Readonly<Record<string, string>>
    annotations?: Readonly<Record<string, string>>
  },
): Pick<Change, 'labels' | 'annotations'> {
  const { 'kubectl.kubernetes.io/last-applied-configuration': _, ...annotations } = pipeline.annotations ?? {}
  return {
    labels: {
      ...pipeline.labels,
      ...run.metadata.labels,
      [PIPELINE_LABEL]: pipeline.name ?? pipelineLabel(run),
    },
    annotations: { ...annotations, ...run.metadata.annotations },
  }
}

async function writeMetadata(world: World, run: PipelineRun, change: Change): Promise<string | undefined> {
  const labels = change.labels ?? { ...run.metadata.labels, [PIPELINE_LABEL]: pipelineLabel(run) }
  const annotations = change.annotations ?? run.metadata.annotations
  const { resourceVersion } = run.metadata
  const same =
    isDeepStrictEqual({ ...run.metadata.labels }, { ...labels }) &&
    isDeepStrictEqual({ ...run.metadata.annotations }, { ...annotations })
  if (same) return resourceVersion
  const metadata = { labels, ...(annotations === undefined ? {} : { annotations }) }
  const patched = await world.kubernetes.patch(pipelineRuns, keyOf(run), { metadata }, { resourceVersion })
  return patched.metadata.resourceVersion
}

/** Compare-and-swap: somebody else's change in between makes it throw, and the reconcile begins again. */
export async function writeRun(world: World, run: PipelineRun, change: Change): Promise<void> {
  const now = timestamp(world.clock.now())
  const ended = change.verdict.status !== 'Unknown'
  const status: PipelineRunStatus = {
    ...change.status,
    conditions: conditionsOf(succeeded(run), change.verdict, now),
    ...(ended ? { completionTime: now } : {}),
  }
  const resourceVersion = await writeMetadata(world, run, change)
  if (isDeepStrictEqual({ ...run.status, ...status }, { ...run.status })) return
  const options = { subresource: 'status', resourceVersion } as const
  await world.kubernetes.patch(pipelineRuns, keyOf(run), { status }, options)
}
