// An analysis arrives: find its playbook, judge its parameters, and say what may run or why not.

import type { Decision } from '../../shared/decision/decide.ts'
import { reachDecision } from '../../shared/decision/reach.ts'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { FLOWS, TYPE } from '../../shared/events/contract.ts'
import { correlationOf } from '../../shared/events/identity.ts'
import { reply } from '../../shared/events/reply.ts'
import type { RemediationRejected, RemediationValidated } from '../../shared/events/types.ts'
import { runName } from '../../shared/remediation/marks.ts'
import type { PlaybookFunction } from '../../shared/runtime/function.ts'

function validatedData(
  event: CloudEvent,
  decision: Extract<Decision, { kind: 'run' }>,
): RemediationValidated {
  const { playbook, release, target, values, notes, approval } = decision
  const { namespace = 'default', name } = playbook.metadata
  return {
    analysis: { source: event.source, id: event.id, data: event.data },
    playbook: { namespace, name, version: release.version, digest: release.digest },
    target,
    parameters: values,
    notes,
    approval,
  }
}

export const validate: PlaybookFunction = {
  name: 'validate',
  accepts: FLOWS.validate.takes,
  create:
    ({ kubernetes }) =>
    async event => {
      const decision = await reachDecision(kubernetes, event.data)
      const correlationId = correlationOf(event)
      const about = { from: 'validate', cause: event, subject: runName(correlationId), correlationId }
      if (decision.kind === 'run')
        return reply({ ...about, type: TYPE.validated }, validatedData(event, decision))
      const { kind: _, ...refusal } = decision
      const analysis = { source: event.source, id: event.id }
      return reply<RemediationRejected>({ ...about, type: TYPE.rejected }, { analysis, ...refusal })
    },
}
