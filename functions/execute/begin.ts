// A validated remediation arrives: decide again, take the target's lock, and create the run, or leave it pending.

import type { Permission } from '../../shared/decision/decide.ts'
import { reachDecision } from '../../shared/decision/reach.ts'
import { checkedData } from '../../shared/events/check.ts'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { TYPE } from '../../shared/events/contract.ts'
import { correlationOf } from '../../shared/events/identity.ts'
import type { RemediationValidated } from '../../shared/events/types.ts'
import { pipelineRuns } from '../../shared/kubernetes/resources.ts'
import { acquire, letGo, noteHolder, passGate } from '../../shared/remediation/advance.ts'
import { createPipelineRun, pipelineRunOf, type Waiting } from '../../shared/remediation/create-run.ts'
import { type Lock, readLock } from '../../shared/remediation/lock.ts'
import type { Attempt } from '../../shared/remediation/lock-state.ts'
import { endingOf, isPending, type PipelineRun, runName } from '../../shared/remediation/marks.ts'
import { targetHash, targetKey } from '../../shared/remediation/target.ts'
import { Fault } from '../../shared/runtime/fault.ts'
import type { Services } from '../../shared/runtime/function.ts'
import { disagreement } from './decide.ts'
import { gateOf } from './gate.ts'
import { accepted, type Begin, denied, reasonToWait } from './replies.ts'

async function start(services: Services, begin: Begin): Promise<CloudEvent> {
  const { kubernetes } = services
  const run = await createPipelineRun(kubernetes, pipelineRunOf(begin.remediation))
  const started = isPending(run) ? await letGo(kubernetes, run) : run
  await noteHolder(kubernetes, begin.lock, run)
  return accepted(begin, TYPE.started, started ?? run)
}

/** Creates the run pending; the lock may have been let go meanwhile, so it is tried once more. */
async function queue(services: Services, begin: Begin, why: string): Promise<CloudEvent | undefined> {
  const { kubernetes, clock } = services
  const waiting: Waiting = { for: 'queue', since: clock.now(), why }
  const run = await createPipelineRun(kubernetes, pipelineRunOf(begin.remediation, waiting))
  if (endingOf(run) !== undefined) return undefined
  const again = await take(services, begin, run.metadata.uid)
  if (again.kind !== 'acquired' && again.kind !== 'held') return accepted(begin, TYPE.queued, run, why)
  const result = await passGate(kubernetes, begin.lock, { run, gate: gateOf(services) })
  if (result.kind === 'started') return accepted(begin, TYPE.started, run)
  // A denial is told when Tekton has ended the run.
  return result.kind === 'shut' ? accepted(begin, TYPE.queued, run, result.why) : undefined
}

/** While new starts are suspended a run is created pending, without its target's lock; the sweep asks again for it. */
async function hold(services: Services, begin: Begin, why: string): Promise<CloudEvent | undefined> {
  if (await isPast(services, begin)) return undefined
  const waiting: Waiting = { for: 'queue', since: services.clock.now(), why }
  const run = await createPipelineRun(services.kubernetes, pipelineRunOf(begin.remediation, waiting))
  return isPending(run) && endingOf(run) === undefined ? accepted(begin, TYPE.queued, run, why) : undefined
}

function take({ kubernetes, clock }: Services, { remediation, lock }: Begin, uid?: string): Promise<Attempt> {
  const { correlationId, release } = remediation
  const { namespace = 'default', name } = remediation.playbook.metadata
  const playbook = { name, version: release.version, digest: release.digest }
  const applicant = { namespace, name: runName(correlationId), uid, correlationId, playbook }
  return acquire(kubernetes, lock, applicant, clock.now())
}

/** Whether the lock remembers that this remediation has ended: a late event does not ask for it once more. */
async function isPast({ kubernetes }: Services, { remediation, lock }: Begin): Promise<boolean> {
  const { recent } = await readLock(kubernetes, lock)
  return recent.some(past => past.correlationId === remediation.correlationId)
}

/** Whether the run that holds the lock existed once and was deleted since: it is over, and not made again. */
async function isDeleted({ kubernetes }: Services, attempt: Attempt): Promise<boolean> {
  if (attempt.kind !== 'held' || attempt.state.holder?.uid === undefined) return false
  const { namespace, name } = attempt.state.holder
  return (await kubernetes.get<PipelineRun>(pipelineRuns, { namespace, name })) === undefined
}

async function proceed(
  services: Services,
  begin: Begin,
  decision: Permission,
): Promise<CloudEvent | undefined> {
  if (decision.approval.required) {
    if (await isPast(services, begin)) return undefined
    const why = decision.approval.reason ?? 'An approval is required.'
    const since = services.clock.now()
    const until = since + services.config.approvalSeconds * 1000
    const waiting: Waiting = { for: 'approval', since, until, why }
    const run = await createPipelineRun(services.kubernetes, pipelineRunOf(begin.remediation, waiting))
    return isPending(run) ? accepted(begin, TYPE.approvalRequested, run, why) : undefined
  }
  if (decision.suspended !== undefined) return hold(services, begin, decision.suspended)
  const attempt = await take(services, begin)
  if (attempt.kind === 'past' || (await isDeleted(services, attempt))) return undefined
  if (attempt.kind === 'busy' || attempt.kind === 'resting')
    return queue(services, begin, reasonToWait(attempt))
  return start(services, begin)
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
    return denied(event, claimed, objection ?? '')
  }
  const { playbook, release, target, values, policy } = decision
  const remediation = { correlationId, analysis: claimed.analysis, playbook, release, target, values, policy }
  const lock: Lock = {
    namespace: services.config.namespace,
    targetHash: targetHash(target),
    targetKey: targetKey(target),
  }
  return proceed(services, { event, remediation, lock }, decision)
}
