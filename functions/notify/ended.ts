// The event that says how a run ended, from the run itself and its TaskRuns.

import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { TYPE } from '../../shared/events/contract.ts'
import { news } from '../../shared/events/reply.ts'
import type { Outcome, RemediationEnded } from '../../shared/events/types.ts'
import { taskRuns } from '../../shared/kubernetes/resources.ts'
import { describeRun } from '../../shared/remediation/describe.ts'
import { findLockOfRun } from '../../shared/remediation/find-lock.ts'
import { endingOf, type PipelineRun, RUN_PREFIX } from '../../shared/remediation/marks.ts'
import type { RunKey } from '../../shared/remediation/run-event.ts'
import type { Services } from '../../shared/runtime/function.ts'
import { classify, type TaskRun } from './classify.ts'
import { recordReceipt } from './receipt.ts'

const TYPES = { succeeded: TYPE.succeeded, failed: TYPE.failed, cancelled: TYPE.cancelled } as const

/** The end of a run that exists; undefined while it has not ended. */
export async function endedNews(services: Services, run: PipelineRun): Promise<CloudEvent | undefined> {
  const { kubernetes } = services
  const ending = endingOf(run)
  if (ending === undefined) return undefined
  const { namespace, name, uid = '' } = run.metadata
  const labelSelector = `tekton.dev/pipelineRun=${name}`
  const { items } =
    ending.finish === 'failed'
      ? await kubernetes.list<TaskRun>(taskRuns, { namespace, labelSelector })
      : { items: [] }
  const outcome = classify(run, items)
  if (outcome === undefined) return undefined
  const receipt = await recordReceipt(services, run)
  const data: RemediationEnded = {
    ...describeRun(run),
    outcome,
    ...(receipt === undefined ? {} : { receipt }),
  }
  const correlationId = name.slice(RUN_PREFIX.length)
  const type = TYPES[ending.finish]
  return news({ from: 'notify', type, subject: name, uid, phase: 'ended', correlationId }, data)
}

/**
 * The end of a run that was deleted: Tekton says nothing of it. Only a lock that names the run as its holder, or that
 * remembers it as cancelled, is proof that it was; anything else is somebody's claim.
 */
export async function deletedNews(
  { kubernetes, config }: Services,
  key: RunKey,
): Promise<CloudEvent | undefined> {
  const correlationId = key.name.slice(RUN_PREFIX.length)
  const found = await findLockOfRun(kubernetes, config.namespace, key)
  if (found === undefined) return undefined
  const { holder, recent } = found.state
  const past = recent.find(each => each.correlationId === correlationId && each.outcome === 'cancelled')
  const gone = holder?.name === key.name ? holder : past
  if (gone?.uid === undefined) return undefined
  const outcome: Outcome = { reason: 'Deleted', message: 'The PipelineRun was deleted before it ended.' }
  const playbook = { namespace: key.namespace, ...gone.playbook }
  const run = { ...key, uid: gone.uid }
  const data: RemediationEnded = { run, playbook, target: found.lock.targetKey, outcome }
  const about = { from: 'notify', type: TYPE.cancelled, subject: key.name, correlationId }
  return news({ ...about, uid: gone.uid, phase: 'ended' }, data)
}
