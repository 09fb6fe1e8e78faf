// A run waits for a person, and somebody has spoken or the time is over: bring about what the run itself says.

import { checkedData } from '../../shared/events/check.ts'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { TYPE } from '../../shared/events/contract.ts'
import type { ApprovalWish } from '../../shared/events/types.ts'
import { lockOf, patchRun } from '../../shared/remediation/advance.ts'
import { approvalOf } from '../../shared/remediation/approval.ts'
import { EXPIRY } from '../../shared/remediation/denial.ts'
import { ANNOTATION, LABEL, type PipelineRun } from '../../shared/remediation/marks.ts'
import { guardOf } from '../../shared/remediation/rules.ts'
import { readRun } from '../../shared/remediation/run-event.ts'
import { takeTurn } from '../../shared/remediation/turn.ts'
import type { Services } from '../../shared/runtime/function.ts'
import { advance } from './end.ts'
import { newsOf, turnedNews } from './news.ts'

/**
 * An approval does not pass the others by: the run joins its target's line, in the place of when it was asked for, and
 * starts when the target is free, which may be now.
 */
async function joinLine(services: Services, run: PipelineRun, by: string): Promise<CloudEvent | undefined> {
  const why = `its turn, approved by ${by}`
  const metadata = { labels: { [LABEL.waiting]: 'queue' }, annotations: { [ANNOTATION.waitsFor]: why } }
  const queued = await patchRun(services.kubernetes, run, { metadata })
  if (queued === undefined) return undefined
  const turned = await takeTurn(guardOf(services), queued)
  const told = turnedNews(services, turned) ?? (await callNext(services, run))
  const waits = turned.kind === 'waits' || turned.kind === 'aside'
  return told ?? (waits ? newsOf(queued, TYPE.queued, { phase: 'queued', why }) : undefined)
}

/** Whoever is next for the target, now that this run is not, or waits for a person. */
async function callNext(services: Services, run: PipelineRun): Promise<CloudEvent | undefined> {
  const lock = lockOf(run, services.config.namespace)
  return lock === undefined ? undefined : advance(services, lock)
}

/** Brings about what a pending run says of its approval; the end of a denied one is told when Tekton has ended it. */
export async function settleApproval(services: Services, run: PipelineRun): Promise<CloudEvent | undefined> {
  const approval = approvalOf(run, services.clock.now())
  if (approval.kind === 'approved') return joinLine(services, run, approval.by)
  if (approval.kind === 'denied' || approval.kind === 'expired') {
    const annotations = approval.kind === 'expired' ? { [ANNOTATION.deniedBy]: EXPIRY } : {}
    await patchRun(services.kubernetes, run, { metadata: { annotations }, spec: { status: 'Cancelled' } })
  }
  return callNext(services, run)
}

/** Somebody posted an approval or a refusal. Anyone may: the run is read, and what it carries itself is what counts. */
export async function hearWish(services: Services, event: CloudEvent): Promise<CloudEvent | undefined> {
  const { run: wished } = checkedData<ApprovalWish>(event)
  const run = await readRun(services.kubernetes, wished)
  const about = { run: wished.name, namespace: wished.namespace, source: event.source }
  const ignore = (why: string): undefined => {
    services.log.warn(about, `an approval event is ignored: ${why}`)
  }
  if (run === 'gone' || run === 'foreign') return ignore('there is no such run')
  if (run.metadata.uid !== wished.uid) return ignore('it is about an earlier run of that name')
  const { kind } = approvalOf(run, services.clock.now())
  if (kind === 'over') return ignore('the run does not wait for one')
  if (kind === 'asked')
    return ignore(`the run carries neither ${ANNOTATION.approvedBy} nor ${ANNOTATION.deniedBy}`)
  return settleApproval(services, run)
}
