// A validated remediation arrives: decide again, take the target's lock, and create the run, or leave it pending.

import type { Permission } from '../../shared/decision/decide.ts'
import { reachDecision } from '../../shared/decision/reach.ts'
import { checkedData } from '../../shared/events/check.ts'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { correlationOf } from '../../shared/events/identity.ts'
import type { RemediationValidated } from '../../shared/events/types.ts'
import { pipelineRuns } from '../../shared/kubernetes/resources.ts'
import { type Lock, readLock } from '../../shared/remediation/lock.ts'
import { type PipelineRun, runName } from '../../shared/remediation/marks.ts'
import { targetHash, targetKey } from '../../shared/remediation/target.ts'
import { Fault } from '../../shared/runtime/fault.ts'
import type { Services } from '../../shared/runtime/function.ts'
import { disagreement } from './decide.ts'
import { askPerson, enter } from './enter.ts'
import { type Begin, denied } from './replies.ts'

/** Whether the lock remembers that this remediation has ended or was denied: a late event does not ask once more. */
async function isPast({ kubernetes }: Services, { remediation, lock }: Begin): Promise<boolean> {
  const { recent, turnedAway } = await readLock(kubernetes, lock)
  return [...recent, ...turnedAway].some(past => past.correlationId === remediation.correlationId)
}

async function proceed(
  services: Services,
  begin: Begin,
  { approval, suspended }: Permission,
): Promise<CloudEvent | undefined> {
  if (!approval.required) return enter(services, begin, suspended)
  if (await isPast(services, begin)) return undefined
  return askPerson(services, begin, approval.reason ?? 'An approval is required.')
}

/** Whether this remediation was begun before: then a repeated event changes nothing, whatever was registered since. */
async function isBegun(
  { kubernetes }: Services,
  claimed: RemediationValidated,
  name: string,
): Promise<boolean> {
  const { namespace } = claimed.playbook
  return (await kubernetes.get<PipelineRun>(pipelineRuns, { namespace, name })) !== undefined
}

export async function beginRemediation(
  services: Services,
  event: CloudEvent,
): Promise<CloudEvent | undefined> {
  const claimed = checkedData<RemediationValidated>(event)
  const { source, id } = claimed.analysis
  const correlationId = correlationOf({ source, id })
  if (event.correlationid !== correlationId)
    throw new Fault('malformed', 'correlationid must be the hash of the analysis event that the data names.')
  const decision = await reachDecision(services, claimed.analysis)
  const objection = disagreement(claimed, decision)
  if (objection !== undefined || decision.kind === 'refused') {
    if (await isBegun(services, claimed, runName(correlationId))) return undefined
    return denied(event, { source, id }, { reason: 'DecisionChanged', message: objection ?? '' })
  }
  const { playbook, release, target, observed, values, policy } = decision
  const what = { playbook, release, target, observed, values, policy }
  const remediation = { correlationId, analysis: claimed.analysis, ...what }
  const lock: Lock = {
    namespace: services.config.namespace,
    targetHash: targetHash(target),
    targetKey: targetKey(target),
  }
  return proceed(services, { event, remediation, lock }, decision)
}
