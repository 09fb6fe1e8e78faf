// A run that waited and will not run after all: cancelled by us, with why, and told as denied.

import type { CloudEvent } from '../events/cloudevent.ts'
import { TYPE } from '../events/contract.ts'
import { news } from '../events/reply.ts'
import type { RemediationDenied } from '../events/types.ts'
import type { Kubernetes } from '../kubernetes/client.ts'
import { patchRun } from './advance.ts'
import { describeRun } from './describe.ts'
import { ANNOTATION, LABEL, type PipelineRun } from './marks.ts'

export interface Denial {
  readonly reason: string
  readonly message: string
}

/** Why a run was denied; undefined for one that was not. */
export function denialOf({ metadata }: PipelineRun): Denial | undefined {
  const text = metadata.annotations?.[ANNOTATION.denial]
  return text === undefined ? undefined : (JSON.parse(text) as Denial)
}

/** Cancels a pending run and says why in the same patch. Undefined when somebody else changed the run meanwhile. */
export function deny(
  kubernetes: Kubernetes,
  run: PipelineRun,
  denial: Denial,
): Promise<PipelineRun | undefined> {
  const annotations = { [ANNOTATION.denial]: JSON.stringify(denial) }
  return patchRun(kubernetes, run, { metadata: { annotations }, spec: { status: 'Cancelled' } })
}

/** The news of a denied run: the same event whoever tells it, and however often. */
export function deniedNews(run: PipelineRun, denial: Denial): CloudEvent<RemediationDenied> {
  const { name, uid = '', labels, annotations } = run.metadata
  const [source = '', ...rest] = (annotations?.[ANNOTATION.analysis] ?? '').split(' ')
  const correlationId = labels?.[LABEL.correlation]
  return news(
    { from: 'execute', type: TYPE.denied, subject: name, uid, phase: 'denied', correlationId },
    { analysis: { source, id: rest.join(' ') }, ...denial, run: describeRun(run).run },
  )
}
