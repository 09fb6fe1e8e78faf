// A run waits for a person, and somebody has spoken or the time is over: bring about what the run itself says.

import { checkedData } from '../../shared/events/check.ts'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { TYPE } from '../../shared/events/contract.ts'
import { news } from '../../shared/events/reply.ts'
import type { ApprovalWish, RemediationAccepted } from '../../shared/events/types.ts'
import type { Kubernetes } from '../../shared/kubernetes/client.ts'
import { isConflict } from '../../shared/kubernetes/errors.ts'
import { pipelineRuns } from '../../shared/kubernetes/resources.ts'
import { lockOf } from '../../shared/remediation/advance.ts'
import { approvalOf, EXPIRY } from '../../shared/remediation/approval.ts'
import { describeRun } from '../../shared/remediation/describe.ts'
import { ANNOTATION, LABEL, type PipelineRun } from '../../shared/remediation/marks.ts'
import { readRun } from '../../shared/remediation/run-event.ts'
import type { Services } from '../../shared/runtime/function.ts'
import { advance } from './end.ts'

/** Changes the run only as it was judged; undefined when somebody changed it meanwhile, who wakes us again. */
async function change(
  kubernetes: Kubernetes,
  run: PipelineRun,
  patch: { readonly metadata?: object; readonly spec?: object },
): Promise<PipelineRun | undefined> {
  const { namespace, name, resourceVersion } = run.metadata
  try {
    return await kubernetes.patch<PipelineRun>(pipelineRuns, { namespace, name }, patch, { resourceVersion })
  } catch (error) {
    if (isConflict(error)) return undefined
    throw error
  }
}

function queuedNews(run: PipelineRun, why: string): CloudEvent<RemediationAccepted> {
  const { uid = '', name, labels } = run.metadata
  const correlationId = labels?.[LABEL.correlation]
  const about = { from: 'execute', type: TYPE.queued, subject: name, uid, phase: 'queued', correlationId }
  return news(about, { ...describeRun(run), why })
}

/**
 * An approval does not pass the others by: the run joins its target's line, in the place of when it was asked for, and
 * starts when the target is free, which may be now.
 */
async function joinLine(services: Services, run: PipelineRun, by: string): Promise<CloudEvent | undefined> {
  const why = `its turn, approved by ${by}`
  const metadata = { labels: { [LABEL.waiting]: 'queue' }, annotations: { [ANNOTATION.waitsFor]: why } }
  const queued = await change(services.kubernetes, run, { metadata })
  const lock = lockOf(run, services.config.namespace)
  if (queued === undefined || lock === undefined) return undefined
  return (await advance(services, lock)) ?? queuedNews(queued, why)
}

/** Brings about what a pending run says of its approval; the end of a denied one is told when Tekton has ended it. */
export async function settleApproval(services: Services, run: PipelineRun): Promise<CloudEvent | undefined> {
  const { kubernetes, clock } = services
  const approval = approvalOf(run, clock.now())
  switch (approval.kind) {
    case 'approved':
      return joinLine(services, run, approval.by)
    case 'denied':
      await change(kubernetes, run, { spec: { status: 'Cancelled' } })
      return undefined
    case 'expired': {
      const metadata = { annotations: { [ANNOTATION.deniedBy]: EXPIRY } }
      await change(kubernetes, run, { metadata, spec: { status: 'Cancelled' } })
      return undefined
    }
    default:
      return undefined
  }
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
