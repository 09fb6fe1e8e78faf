// One recorded analysis through the whole chain: what it leads to, as a verdict.

import type { EventStream } from '../../local/story/stream.ts'
import { placeTarget } from '../../local/world/place-target.ts'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { TYPE } from '../../shared/events/contract.ts'
import { emit } from '../../shared/events/emit.ts'
import { correlationOf } from '../../shared/events/identity.ts'
import type {
  RemediationAccepted,
  RemediationDenied,
  RemediationEnded,
  RemediationRejected,
} from '../../shared/events/types.ts'
import { pipelineRuns } from '../../shared/kubernetes/resources.ts'
import { parametersOf } from '../../shared/receipt/statement.ts'
import { ANNOTATION, type PipelineRun, type PolicyMark } from '../../shared/remediation/marks.ts'
import { targetKey } from '../../shared/remediation/target.ts'
import type { RecordedEvent } from './inputs.ts'
import type { RehearsalStage } from './stage.ts'
import type { Verdict } from './verdict.ts'

const ACCEPTED: Readonly<Record<string, Verdict['verdict']>> = {
  [TYPE.started]: 'allow',
  [TYPE.approvalRequested]: 'approve',
  [TYPE.queued]: 'hold',
}
const REFUSED: readonly string[] = [TYPE.rejected, TYPE.denied]
const ENDED: readonly string[] = [TYPE.succeeded, TYPE.failed, TYPE.cancelled]

function refused(analysis: string, data: RemediationRejected | RemediationDenied): Verdict {
  const { reason, message, faults = [] } = data
  const { playbook, target, policy } = data as RemediationRejected
  return {
    analysis,
    verdict: 'deny',
    reason,
    // How many there are says nothing beside what they are.
    message: faults.length === 0 ? message : faults.map(fault => fault.message).join(' '),
    ...(playbook === undefined ? {} : { playbook: `${playbook.namespace}/${playbook.name}` }),
    ...(target === undefined ? {} : { target: targetKey(target) }),
    ...(policy === undefined ? {} : { policy }),
  }
}

/** Tekton is played, and plays every step well: what fails here is what Tekton would not even begin. */
async function failureOf(stream: EventStream, correlationId: string): Promise<Pick<Verdict, 'run'>> {
  const end = await stream.waitFor(
    'the end of the run',
    ({ type, correlationid }) => ENDED.includes(type) && correlationid === correlationId,
  )
  const { outcome } = end.data as RemediationEnded
  return end.type === TYPE.succeeded ? {} : { run: `${outcome.reason}: ${outcome.message}` }
}

async function accepted(
  stage: RehearsalStage,
  analysis: string,
  { event, end }: { readonly event: CloudEvent; readonly end: Pick<Verdict, 'run'> },
): Promise<Verdict> {
  const { run: key, playbook, target, why } = event.data as RemediationAccepted
  const run = await stage.world.kubernetes.get<PipelineRun>(pipelineRuns, key)
  const mark = run?.metadata.annotations?.[ANNOTATION.policy]
  const parameters = run === undefined ? undefined : parametersOf(run, true).after.values
  return {
    analysis,
    verdict: ACCEPTED[event.type] ?? 'allow',
    ...(why === undefined ? {} : { message: why }),
    playbook: `${playbook.namespace}/${playbook.name}`,
    version: playbook.version,
    digest: playbook.digest,
    target,
    ...(parameters === undefined ? {} : { parameters }),
    ...(mark === undefined ? {} : { policy: JSON.parse(mark) as PolicyMark }),
    ...end,
  }
}

/** Replays one analysis as if it were the only one, at the time at which it was sent. */
export async function replay(stage: RehearsalStage, { path, event }: RecordedEvent): Promise<Verdict> {
  const stream = await stage.begin(event.time)
  await placeTarget(stage.world, event.data)
  await emit(globalThis.fetch, stage.world.sink, event)
  const correlationId = correlationOf(event)
  const answer = await stream.waitFor(
    `a verdict on ${path}`,
    ({ type, correlationid }) =>
      correlationid === correlationId && (type in ACCEPTED || REFUSED.includes(type)),
  )
  if (REFUSED.includes(answer.type)) return refused(path, answer.data as RemediationRejected)
  const end = answer.type === TYPE.started ? await failureOf(stream, correlationId) : {}
  return accepted(stage, path, { event: answer, end })
}
