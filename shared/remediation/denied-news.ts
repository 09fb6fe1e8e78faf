// The news that a run was denied, from the run itself: whoever makes it, and however often, it is the same event.

import type { CloudEvent } from '../events/cloudevent.ts'
import { TYPE } from '../events/contract.ts'
import { news } from '../events/reply.ts'
import type { RemediationDenied } from '../events/types.ts'
import { receiptOf } from '../receipt/statement.ts'
import { denialOf } from './denial.ts'
import { causeOf, describeRun } from './describe.ts'
import { LABEL, type PipelineRun } from './marks.ts'

/** Undefined for a run that was not denied, or that Tekton has not ended yet. */
export function deniedNews(run: PipelineRun): CloudEvent<RemediationDenied> | undefined {
  const denial = denialOf(run)
  if (denial === undefined) return undefined
  const { reason, message } = denial
  const { name, uid = '', labels } = run.metadata
  const correlationId = labels?.[LABEL.correlation]
  const about = { from: 'execute', type: TYPE.denied, subject: name, uid, phase: 'denied', correlationId }
  const receipt = receiptOf(run)
  return news(about, {
    analysis: causeOf(run),
    reason,
    message,
    run: describeRun(run).run,
    ...(receipt === undefined ? {} : { receipt }),
  })
}
