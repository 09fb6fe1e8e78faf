// The news of a run that waited: it was let go, a person is asked after all, or it will not run.

import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { TYPE } from '../../shared/events/contract.ts'
import { news } from '../../shared/events/reply.ts'
import type { RemediationAccepted } from '../../shared/events/types.ts'
import { describeRun } from '../../shared/remediation/describe.ts'
import { ANNOTATION, LABEL, type PipelineRun } from '../../shared/remediation/marks.ts'
import type { Turned } from '../../shared/remediation/turn.ts'
import type { Services } from '../../shared/runtime/function.ts'

/** An event about a run that waited, as `execute` found it. */
export function newsOf(
  run: PipelineRun,
  type: string,
  { phase, why }: { phase: string; why?: string },
): CloudEvent {
  const { uid = '', name, labels, annotations } = run.metadata
  const correlationId = labels?.[LABEL.correlation]
  const until = type === TYPE.approvalRequested ? annotations?.[ANNOTATION.expiresAt] : undefined
  const data: RemediationAccepted = {
    ...describeRun(run),
    ...(why === undefined ? {} : { why }),
    ...(until === undefined ? {} : { until }),
  }
  return news({ from: 'execute', type, subject: name, uid, phase, correlationId }, data)
}

/** What came of a run's turn, as an event; undefined where nothing did. */
export function turnedNews({ log }: Services, turned: Turned | undefined): CloudEvent | undefined {
  switch (turned?.kind) {
    case 'started': {
      const { run, beside } = turned
      if (beside === undefined) return newsOf(run, TYPE.started, { phase: 'started' })
      const why = `It was released by hand, although ${beside}.`
      log.warn({ run: run.metadata.name }, why)
      return newsOf(run, TYPE.started, { phase: 'started', why })
    }
    case 'asks':
      return newsOf(turned.run, TYPE.approvalRequested, { phase: 'asked', why: turned.why })
    default:
      return undefined
  }
}
