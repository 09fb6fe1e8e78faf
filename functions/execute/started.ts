// The news that a run which waited was let go.

import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { TYPE } from '../../shared/events/contract.ts'
import { news } from '../../shared/events/reply.ts'
import type { RemediationAccepted } from '../../shared/events/types.ts'
import { describeRun } from '../../shared/remediation/describe.ts'
import { LABEL, type PipelineRun } from '../../shared/remediation/marks.ts'

export function startedNews(run: PipelineRun): CloudEvent<RemediationAccepted> {
  const { uid = '', name, labels } = run.metadata
  const correlationId = labels?.[LABEL.correlation]
  return news(
    { from: 'execute', type: TYPE.started, subject: name, uid, phase: 'started', correlationId },
    describeRun(run),
  )
}
