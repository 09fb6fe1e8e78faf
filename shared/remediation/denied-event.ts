// The news that a run was denied, from the run itself: whoever makes it, and however often, it is the same event.

import type { CloudEvent } from '../events/cloudevent.ts'
import { TYPE } from '../events/contract.ts'
import { news } from '../events/reply.ts'
import type { Cause, RemediationDenied } from '../events/types.ts'
import { denialOf, EXPIRY } from './approval.ts'
import { describeRun } from './describe.ts'
import { ANNOTATION, LABEL, type PipelineRun } from './marks.ts'

/** Which analysis event a run comes from, by its annotation; a source is a URI, which has no space. */
export function causeOf(run: PipelineRun): Cause {
  const text = run.metadata.annotations?.[ANNOTATION.analysis] ?? ''
  const space = text.indexOf(' ')
  return { source: text.slice(0, Math.max(space, 0)), id: text.slice(space + 1) }
}

function reasonOf({ by, why }: { by: string; why?: string }, until: string): [string, string] {
  if (by === EXPIRY) return ['ApprovalExpired', `Nobody approved it until ${until}.`]
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
  return news(about, { analysis: causeOf(run), reason, message, run: describeRun(run).run })
}
