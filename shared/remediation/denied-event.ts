// The news that a run was denied, from the run itself: whoever makes it, and however often, it is the same event.

import type { CloudEvent } from '../events/cloudevent.ts'
import { TYPE } from '../events/contract.ts'
import { news } from '../events/reply.ts'
import type { RemediationDenied } from '../events/types.ts'
import { receiptOf } from '../receipt/statement.ts'
import { denialOf, EXPIRY, GUARD } from './approval.ts'
import { causeOf, describeRun } from './describe.ts'
import { ANNOTATION, LABEL, type PipelineRun } from './marks.ts'

function reasonOf({ by, why }: { by: string; why?: string }, until: string): [string, string] {
  if (by === EXPIRY) return ['ApprovalExpired', `Nobody approved it until ${until}.`]
  if (by === GUARD) {
    const [reason = '', ...message] = (why ?? '').split(': ')
    return [reason, message.join(': ')]
  }
  return ['DeniedByPerson', why === undefined ? `${by} denied it.` : `${by} denied it: ${why}`]
}

/** Undefined for a run that was not denied. */
export function deniedNews(run: PipelineRun): CloudEvent<RemediationDenied> | undefined {
  const denial = denialOf(run)
  if (denial === undefined) return undefined
  const { name, uid = '', labels, annotations } = run.metadata
  const [reason, message] = reasonOf(denial, annotations?.[ANNOTATION.expiresAt] ?? 'its time was over')
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
