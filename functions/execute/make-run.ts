// Creates the run of a remediation that has, or waits for, its target; or finds what has become of one made before.

import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { TYPE } from '../../shared/events/contract.ts'
import { changeLock } from '../../shared/remediation/change-lock.ts'
import { createPipelineRun, pipelineRunOf, type Waiting } from '../../shared/remediation/create-run.ts'
import { type Applicant, release } from '../../shared/remediation/lock-state.ts'
import {
  ANNOTATION,
  endingOf,
  isPending,
  LABEL,
  type PipelineRun,
  runName,
} from '../../shared/remediation/marks.ts'
import { type Guard, guardOf } from '../../shared/remediation/rules.ts'
import { settleRun } from '../../shared/remediation/settle.ts'
import { freeSlots } from '../../shared/remediation/slots.ts'
import type { Services } from '../../shared/runtime/function.ts'
import { accepted, type Begin } from './replies.ts'

/** The remediation as an applicant for its target, before there is a run. */
export function applicantOf({ remediation }: Begin): Applicant {
  const { correlationId, release: of } = remediation
  const { metadata, spec } = remediation.playbook
  const { namespace = 'default', name } = metadata
  const playbook = { name, version: of.version, digest: of.digest }
  return { namespace, name: runName(correlationId), correlationId, playbook, cooldown: spec.cooldown }
}

async function giveBack(guard: Guard, { lock }: Begin, run: Applicant): Promise<void> {
  await freeSlots(guard, run, 'never ran')
  await changeLock(guard.kubernetes, lock, state => ({
    next: release(state, { ...run, restMs: 0 }),
    result: undefined,
  }))
}

/**
 * Creates the run, or finds what was made under its name before. One that has ended since, was denied, or waits for a
 * person by now, keeps no target: then the answer is given here.
 */
export async function makeRun(
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
  const waitsFor = run.metadata.labels?.[LABEL.waiting]
  const isDenied = waitsFor !== undefined && run.spec.status === 'Cancelled'
  if (!isDenied && (!isPending(run) || waitsFor !== 'approval')) return { run, isOver: false }
  await giveBack(guard, begin, applicantOf(begin))
  // That is told when Tekton has ended it.
  if (isDenied) return { run, isOver: true }
  const why = run.metadata.annotations?.[ANNOTATION.waitsFor]
  return { run, isOver: true, reply: accepted(begin, TYPE.approvalRequested, run, why) }
}
