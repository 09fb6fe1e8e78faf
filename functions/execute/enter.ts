// A remediation that may run asks for its target: it starts, waits in line, is turned away, or a person is asked.

import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { TYPE } from '../../shared/events/contract.ts'
import { pipelineRuns } from '../../shared/kubernetes/resources.ts'
import { letGo, noteHolder, scopesFor } from '../../shared/remediation/advance.ts'
import { type Asked, ask } from '../../shared/remediation/ask.ts'
import { changeLock } from '../../shared/remediation/change-lock.ts'
import { createPipelineRun, pipelineRunOf, type Waiting } from '../../shared/remediation/create-run.ts'
import { readLock } from '../../shared/remediation/lock.ts'
import { type Applicant, release } from '../../shared/remediation/lock-state.ts'
import {
  ANNOTATION,
  endingOf,
  isPending,
  isQueued,
  LABEL,
  type PipelineRun,
  runName,
} from '../../shared/remediation/marks.ts'
import { type Guard, guardOf } from '../../shared/remediation/rules.ts'
import { settleRun } from '../../shared/remediation/settle.ts'
import { freeSlots, takeSlots } from '../../shared/remediation/slots.ts'
import { takeTurn } from '../../shared/remediation/turn.ts'
import type { Services } from '../../shared/runtime/function.ts'
import { accepted, type Begin, denied } from './replies.ts'

function applicantOf({ remediation }: Begin): Applicant {
  const { correlationId, release: of } = remediation
  const { metadata, spec } = remediation.playbook
  const { namespace = 'default', name } = metadata
  const playbook = { name, version: of.version, digest: of.digest }
  return { namespace, name: runName(correlationId), correlationId, playbook, cooldown: spec.cooldown }
}

/** Creates the run so that it waits for a person. Nothing is asked for one that is past waiting. */
export async function askPerson(
  services: Services,
  begin: Begin,
  why: string,
): Promise<CloudEvent | undefined> {
  const waiting: Waiting = { for: 'approval', since: services.clock.now(), why }
  const run = await createPipelineRun(services.kubernetes, pipelineRunOf(begin.remediation, waiting))
  return isPending(run) ? accepted(begin, TYPE.approvalRequested, run, why) : undefined
}

async function giveBack(guard: Guard, { lock }: Begin, run: Applicant): Promise<void> {
  await freeSlots(guard, run, 'never ran')
  await changeLock(guard.kubernetes, lock, state => ({
    next: release(state, { ...run, restMs: 0 }),
    result: undefined,
  }))
}

/**
 * Creates the run, or finds what was made under its name before. One that has ended since, or waits for a person by
 * now, keeps no target: then the answer is given here.
 */
async function make(
  services: Services,
  begin: Begin,
  waiting?: Waiting,
): Promise<{ run: PipelineRun; isOver: boolean; reply?: CloudEvent }> {
  const run = await createPipelineRun(services.kubernetes, pipelineRunOf(begin.remediation, waiting))
  const guard = guardOf(services)
  if (endingOf(run) !== undefined) {
    await settleRun(guard, run)
    return { run, isOver: true }
  }
  if (!isPending(run) || run.metadata.labels?.[LABEL.waiting] !== 'approval') return { run, isOver: false }
  await giveBack(guard, begin, applicantOf(begin))
  const why = run.metadata.annotations?.[ANNOTATION.waitsFor]
  return { run, isOver: true, reply: accepted(begin, TYPE.approvalRequested, run, why) }
}

/** It has the target; without a slot it queues for one. */
async function start(services: Services, begin: Begin): Promise<CloudEvent | undefined> {
  const { kubernetes } = services
  const guard = guardOf(services)
  const applicant = applicantOf(begin)
  const full = await takeSlots(guard, scopesFor(guard, begin.lock, applicant), applicant)
  if (full !== undefined) return queue(services, begin, { for: 'queue', since: guard.now, why: full })
  const { run, isOver, reply } = await make(services, begin)
  if (isOver) return reply
  const started = isPending(run) ? await letGo(kubernetes, run) : run
  await noteHolder(kubernetes, begin.lock, run)
  return accepted(begin, TYPE.started, started ?? run)
}

/** Creates the run pending; what it waits for may have come meanwhile, so it takes its turn once more. */
async function queue(services: Services, begin: Begin, waiting: Waiting): Promise<CloudEvent | undefined> {
  const { run, isOver, reply } = await make(services, begin, waiting)
  if (isOver) return reply
  const turned = isQueued(run) ? await takeTurn(guardOf(services), run) : undefined
  if (turned?.kind === 'started') return accepted(begin, TYPE.started, turned.run)
  if (turned?.kind === 'asks') return accepted(begin, TYPE.approvalRequested, turned.run, turned.why)
  return accepted(begin, TYPE.queued, run, turned?.kind === 'waits' ? turned.why : waiting.why)
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

/** Asks for the target, by the playbook's wish where it is not free, and acts on the answer. */
export async function enter(services: Services, begin: Begin): Promise<CloudEvent | undefined> {
  const { rules, now, kubernetes } = guardOf(services)
  const { onBusy = 'queue' } = begin.remediation.playbook.spec
  const terms = { now, onBusy, length: rules.line.length, loop: rules.loop }
  const asked = await changeLock(kubernetes, begin.lock, state => ask(state, applicantOf(begin), terms))
  switch (asked.kind) {
    case 'acquired':
      return start(services, begin)
    case 'held':
      return (await isDeleted(services, begin)) ? undefined : start(services, begin)
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
