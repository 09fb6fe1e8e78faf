// A remediation that may run asks for its target: it starts, waits in line, is turned away, or a person is asked.

import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { TYPE } from '../../shared/events/contract.ts'
import { pipelineRuns } from '../../shared/kubernetes/resources.ts'
import { letGo, noteHolder, scopesFor } from '../../shared/remediation/advance.ts'
import { type Asked, ask } from '../../shared/remediation/ask.ts'
import { changeLock } from '../../shared/remediation/change-lock.ts'
import { createPipelineRun, pipelineRunOf, type Waiting } from '../../shared/remediation/create-run.ts'
import { readLock } from '../../shared/remediation/lock.ts'
import { isPending, isRunning, type PipelineRun } from '../../shared/remediation/marks.ts'
import { guardOf } from '../../shared/remediation/rules.ts'
import { takeSlots } from '../../shared/remediation/slots.ts'
import { takeTurn } from '../../shared/remediation/turn.ts'
import { isQueued } from '../../shared/remediation/waiting.ts'
import type { Services } from '../../shared/runtime/function.ts'
import { applicantOf, makeRun } from './make-run.ts'
import { accepted, type Begin, denied } from './replies.ts'

/** Creates the run so that it waits for a person. Nothing is asked for one that is past waiting. */
export async function askPerson(
  services: Services,
  begin: Begin,
  why: string,
): Promise<CloudEvent | undefined> {
  const { now, rules } = guardOf(services)
  const waiting: Waiting = { for: 'approval', since: now, until: now + rules.approvalMs, why }
  const run = await createPipelineRun(services.kubernetes, pipelineRunOf(begin.remediation, waiting))
  return isPending(run) ? accepted(begin, TYPE.approvalRequested, run, why) : undefined
}

/** It has the target; while starts are suspended, or without a slot, it queues. */
async function start(services: Services, begin: Begin, suspended?: string): Promise<CloudEvent | undefined> {
  const { kubernetes } = services
  const guard = guardOf(services)
  const since = guard.now
  if (suspended !== undefined) return queue(services, begin, { for: 'queue', since, why: suspended })
  const applicant = applicantOf(begin)
  const full = await takeSlots(guard, scopesFor(guard, begin.lock, applicant), applicant)
  if (full !== undefined) return queue(services, begin, { for: 'queue', since, why: full })
  const { run, isOver, reply } = await makeRun(services, begin)
  if (isOver) return reply
  const started = isPending(run) ? await letGo(kubernetes, run) : run
  // Only who loses the run asks for it: in a burst, runs that are to be made come first.
  services.background.putOff(`name ${run.metadata.name}`, () => noteHolder(kubernetes, begin.lock, run))
  return accepted(begin, TYPE.started, started ?? run)
}

/** Creates the run pending; what it waits for may have come meanwhile, so it takes its turn once more. */
async function queue(services: Services, begin: Begin, waiting: Waiting): Promise<CloudEvent | undefined> {
  const { run, isOver, reply } = await makeRun(services, begin, waiting)
  if (isOver) return reply
  if (isRunning(run)) return accepted(begin, TYPE.started, run)
  const turned = isQueued(run) ? await takeTurn(guardOf(services), run) : undefined
  if (turned?.kind === 'started') return accepted(begin, TYPE.started, turned.run)
  if (turned?.kind === 'asks') return accepted(begin, TYPE.approvalRequested, turned.run, turned.why)
  // That is told when Tekton has ended it.
  if (turned?.kind === 'denied') return undefined
  const waits = turned?.kind === 'waits' || turned?.kind === 'aside'
  return accepted(begin, TYPE.queued, run, waits ? turned.why : waiting.why)
}

/** Whether the run that holds the lock existed once and was deleted since: it is over, and not made again. */
async function isDeleted({ kubernetes }: Services, { lock }: Begin): Promise<boolean> {
  const { holder } = await readLock(kubernetes, lock)
  if (holder?.uid === undefined) return false
  return (await kubernetes.get<PipelineRun>(pipelineRuns, holder)) === undefined
}

type TurnedAway = Extract<Asked, { kind: 'turned away' }>

/** Nobody is told of what a playbook drops, but it is noted: in the log, and in the lock. */
function turnAway(services: Services, begin: Begin, { reason, message }: TurnedAway): CloudEvent | undefined {
  const { correlationId, analysis } = begin.remediation
  services.log.info({ correlationId, target: begin.lock.targetKey, reason }, message)
  return reason === undefined ? undefined : denied(begin.event, analysis, { reason, message })
}

/**
 * Asks for the target, by the playbook's wish where it is not free, and acts on the answer. `suspended` says why nobody
 * may start now.
 */
export async function enter(
  services: Services,
  begin: Begin,
  suspended: string | undefined,
): Promise<CloudEvent | undefined> {
  const { rules, now, kubernetes } = guardOf(services)
  const { onBusy = 'queue' } = begin.remediation.playbook.spec
  const terms = { now, onBusy, length: rules.line.length, loop: rules.loop }
  const asked = await changeLock(kubernetes, begin.lock, state => ask(state, applicantOf(begin), terms))
  switch (asked.kind) {
    case 'acquired':
      return start(services, begin, suspended)
    case 'held':
      return (await isDeleted(services, begin)) ? undefined : start(services, begin, suspended)
    case 'waits':
      return queue(services, begin, { for: 'queue', since: asked.since, why: asked.why })
    case 'asks':
      return askPerson(services, begin, asked.why)
    case 'turned away':
      return turnAway(services, begin, asked)
    case 'past':
      return undefined
  }
}
