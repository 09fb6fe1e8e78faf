// An analysis arrives: find its playbook, judge its parameters, and say what may run or why not.

import type { Permission } from '../../shared/decision/decide.ts'
import { reachDecision } from '../../shared/decision/reach.ts'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { FLOWS, TYPE } from '../../shared/events/contract.ts'
import { correlationOf } from '../../shared/events/identity.ts'
import { reply } from '../../shared/events/reply.ts'
import type { RemediationRejected, RemediationValidated } from '../../shared/events/types.ts'
import { runName } from '../../shared/remediation/marks.ts'
import type { PlaybookFunction } from '../../shared/runtime/function.ts'

/** When the analysis was made and until when it means something, as far as its event says. */
function timesOf({ time, expirytime }: CloudEvent): { time?: string; expirytime?: string } {
  return {
    ...(time === undefined ? {} : { time }),
    ...(typeof expirytime === 'string' ? { expirytime } : {}),
  }
}

function validatedData(event: CloudEvent, decision: Permission): RemediationValidated {
  const { playbook, release, target, values, notes, approval, policy } = decision
  const { namespace = 'default', name } = playbook.metadata
  return {
    analysis: { source: event.source, id: event.id, data: event.data, ...timesOf(event) },
    playbook: { namespace, name, version: release.version, digest: release.digest },
    target,
    parameters: values,
    notes,
    approval,
    policy,
  }
}

export const validate: PlaybookFunction = {
  name: 'validate',
  accepts: FLOWS.validate.takes,
  create: services => async event => {
    const times = timesOf(event)
    const decision = await reachDecision(services, { data: event.data, ...times })
    const correlationId = correlationOf(event)
    const about = { from: 'validate', cause: event, subject: runName(correlationId), correlationId }
    if (decision.kind === 'run')
      return reply({ ...about, type: TYPE.validated }, validatedData(event, decision))
    const { kind: _, ...refusal } = decision
    const analysis = { source: event.source, id: event.id }
    return reply<RemediationRejected>({ ...about, type: TYPE.rejected }, { analysis, ...refusal })
  },
}
