// Asking as people do, by runs, and as Tekton does, by ResolutionRequests.

import { randomUUID } from 'node:crypto'
import type { Kubernetes } from '../../../shared/kubernetes/client.ts'
import { pipelineRuns, resolutionRequests } from '../../../shared/kubernetes/resources.ts'
import { endingOf, type PipelineRun } from '../../../shared/remediation/marks.ts'
import { isAnswered, type ResolutionRequest, TYPE_LABEL } from '../../../shared/resolution/request.ts'
import { eventually } from '../../journeys/stage.ts'

export type Given = Readonly<Record<string, string>>

interface Asker {
  readonly kubernetes: Kubernetes
  readonly namespace: string
}

const listOf = (params: Given) => Object.entries(params).map(([name, value]) => ({ name, value }))

/** Makes a request; nobody but its resolver has to do with it. */
export function request(
  { kubernetes, namespace }: Asker,
  type: string,
  params: Given,
): Promise<ResolutionRequest> {
  return kubernetes.create<ResolutionRequest>(resolutionRequests, {
    apiVersion: 'resolution.tekton.dev/v1beta1',
    kind: 'ResolutionRequest',
    metadata: { namespace, name: `${type}-${randomUUID()}`, labels: { [TYPE_LABEL]: type } },
    spec: { params: listOf(params) },
  })
}

/** Tekton gives requests up after a minute; until then there must be an answer. */
export function answerTo({ kubernetes }: Asker, { metadata }: ResolutionRequest): Promise<ResolutionRequest> {
  return eventually(`${metadata.name} is answered`, async () => {
    const now = await kubernetes.get<ResolutionRequest>(resolutionRequests, metadata)
    return now !== undefined && isAnswered(now) ? now : undefined
  })
}

/** What it was answered with, as text. */
export function dataOf({ status }: ResolutionRequest): string {
  return Buffer.from(status?.data ?? '', 'base64').toString('utf8')
}

export async function startRun(
  { kubernetes, namespace }: Asker,
  resolver: string,
  { params, values = {} }: { params: Given; values?: Given },
): Promise<PipelineRun> {
  const spec = { pipelineRef: { resolver, params: listOf(params) }, params: listOf(values) }
  const metadata = { namespace, name: `by-${resolver}-${randomUUID().slice(0, 8)}` }
  const run = { apiVersion: 'tekton.dev/v1', kind: 'PipelineRun', metadata, spec }
  return kubernetes.create<PipelineRun>(pipelineRuns, run as PipelineRun)
}

export function endOf({ kubernetes }: Asker, { metadata }: PipelineRun): Promise<PipelineRun> {
  return eventually(`${metadata.name} has ended`, async () => {
    const now = await kubernetes.get<PipelineRun>(pipelineRuns, metadata)
    return now !== undefined && endingOf(now) !== undefined ? now : undefined
  })
}

/** Where Tekton says that the run's Pipeline came from. */
export function sourceOf({ status }: PipelineRun): unknown {
  return (status as { provenance?: { refSource?: unknown } } | undefined)?.provenance?.refSource
}
