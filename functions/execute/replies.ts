// What `execute` answers to a validated remediation: started, queued, waiting for an approval, or denied.

import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { TYPE } from '../../shared/events/contract.ts'
import { correlationOf } from '../../shared/events/identity.ts'
import { reply } from '../../shared/events/reply.ts'
import type { Cause, RemediationAccepted, RemediationDenied } from '../../shared/events/types.ts'
import type { Remediation } from '../../shared/remediation/create-run.ts'
import type { Denial } from '../../shared/remediation/denial.ts'
import type { Lock } from '../../shared/remediation/lock.ts'
import { ANNOTATION, type PipelineRun, runName } from '../../shared/remediation/marks.ts'

export interface Begin {
  readonly event: CloudEvent
  readonly remediation: Remediation
  readonly lock: Lock
}

export function accepted(
  { event, remediation, lock }: Begin,
  type: string,
  run: PipelineRun,
  why?: string,
): CloudEvent {
  const { correlationId, playbook, release } = remediation
  const { namespace = 'default', name, uid, annotations } = run.metadata
  const until = annotations?.[ANNOTATION.expiresAt]
  const data: RemediationAccepted = {
    run: { namespace, name, ...(uid === undefined ? {} : { uid }) },
    playbook: { namespace, name: playbook.metadata.name, version: release.version, digest: release.digest },
    target: lock.targetKey,
    ...(why === undefined ? {} : { why }),
    ...(type === TYPE.approvalRequested && until !== undefined ? { until } : {}),
  }
  return reply({ from: 'execute', cause: event, type, subject: name, correlationId }, data)
}

export function denied(event: CloudEvent, { source, id }: Cause, denial: Denial): CloudEvent {
  const correlationId = correlationOf({ source, id })
  const data: RemediationDenied = { analysis: { source, id }, ...denial }
  const subject = runName(correlationId)
  return reply({ from: 'execute', cause: event, type: TYPE.denied, subject, correlationId }, data)
}
