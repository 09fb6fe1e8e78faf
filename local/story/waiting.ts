// What a pending run waits for, in lines for people: a person, another run, or the end of its target's rest.

import type { Kubernetes } from '../../shared/kubernetes/client.ts'
import { pipelineRuns } from '../../shared/kubernetes/resources.ts'
import { lockOf } from '../../shared/remediation/advance.ts'
import { readLock } from '../../shared/remediation/lock.ts'
import { ANNOTATION, isPending, LABEL, type PipelineRun } from '../../shared/remediation/marks.ts'
import { SYSTEM } from '../world/world.ts'
import { RUN_NAME } from './phrase.ts'

async function whyQueued(kubernetes: Kubernetes, run: PipelineRun): Promise<string> {
  const lock = lockOf(run, SYSTEM)
  if (lock === undefined) return 'for its target'
  const { holder, restsUntil } = await readLock(kubernetes, lock)
  if (holder !== undefined) return `until ${holder.namespace}/${holder.name} lets go of ${lock.targetKey}`
  if (restsUntil === 0)
    return `because ${run.metadata.annotations?.[ANNOTATION.waitsFor] ?? 'it is not its turn'}`
  return `until ${lock.targetKey} has rested: ${new Date(restsUntil).toISOString().slice(11, 19)} UTC`
}

/** No lines for a run that is not pending any more. */
export async function whyWaiting(
  kubernetes: Kubernetes,
  key: { namespace: string; name: string },
): Promise<string[]> {
  const run = await kubernetes.get<PipelineRun>(pipelineRuns, key)
  if (run === undefined || !isPending(run)) return []
  const name = `${key.namespace}/${key.name}`.replace(RUN_NAME, '$1…')
  if (run.metadata.labels?.[LABEL.waiting] === 'approval')
    return [
      `${name} waits for a person: ${run.metadata.annotations?.[ANNOTATION.waitsFor] ?? ''}`,
      `  kubectl -n ${key.namespace} annotate pipelinerun ${key.name} \\`,
      `    ${ANNOTATION.approvedBy}=local`,
    ]
  const why = await whyQueued(kubernetes, run)
  return [`${name} waits ${why.replace(RUN_NAME, '$1…')}`]
}
