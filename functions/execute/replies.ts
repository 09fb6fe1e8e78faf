// What `execute` answers to a validated remediation: started, queued, waiting for an approval, or denied.

import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { TYPE } from '../../shared/events/contract.ts'
import { correlationOf } from '../../shared/events/identity.ts'
import { reply } from '../../shared/events/reply.ts'
import type {
  RemediationAccepted,
  RemediationDenied,
  RemediationValidated,
} from '../../shared/events/types.ts'
import type { Remediation } from '../../shared/remediation/create-run.ts'
import type { Lock } from '../../shared/remediation/lock.ts'
import type { Attempt } from '../../shared/remediation/lock-state.ts'
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

export function denied(event: CloudEvent, claimed: RemediationValidated, message: string): CloudEvent {
  const { source, id } = claimed.analysis
  const correlationId = correlationOf({ source, id })
  const data: RemediationDenied = { analysis: { source, id }, reason: 'DecisionChanged', message }
  const subject = runName(correlationId)
  return reply({ from: 'execute', cause: event, type: TYPE.denied, subject, correlationId }, data)
}

/** Why the target is not free, for people. */
export function reasonToWait(attempt: Extract<Attempt, { kind: 'busy' | 'resting' }>): string {
  if (attempt.kind === 'busy') return `${attempt.holder.namespace}/${attempt.holder.name} has the target`
  return `the target rests until ${new Date(attempt.until).toISOString()}`
}
