// A PipelineRun's TaskRuns: found, created once, told to stop.

import type { Kubernetes } from '../../shared/kubernetes/client.ts'
import { isAlreadyExists, KubernetesError } from '../../shared/kubernetes/errors.ts'
import { taskRuns } from '../../shared/kubernetes/resources.ts'
import type { PipelineRun, TaskRun } from './run.ts'
import { isFinished } from './status.ts'
import { keyOf } from './world.ts'

interface Cluster {
  readonly kubernetes: Kubernetes
}

export function taskNameOf(taskRun: TaskRun): string {
  return taskRun.metadata.labels?.['tekton.dev/pipelineTask'] ?? ''
}

function isOwnedBy(run: PipelineRun, taskRun: TaskRun): boolean {
  return taskRun.metadata.ownerReferences?.[0]?.uid === run.metadata.uid
}

/** By uid, so that a namesake's leftovers are not taken for its own. */
export async function taskRunsOf({ kubernetes }: Cluster, run: PipelineRun): Promise<TaskRun[]> {
  const { namespace, uid } = run.metadata
  const labelSelector = `tekton.dev/pipelineRunUID=${uid}`
  const { items } = await kubernetes.list<TaskRun>(taskRuns, { namespace, labelSelector })
  return items.filter(taskRun => isOwnedBy(run, taskRun))
}

/** Creates it, or takes the one that is already there; one of an earlier run by the same name has to go first. */
export async function ensureTaskRun(
  { kubernetes }: Cluster,
  run: PipelineRun,
  wanted: TaskRun,
): Promise<TaskRun> {
  try {
    return await kubernetes.create(taskRuns, wanted)
  } catch (error) {
    if (!isAlreadyExists(error)) throw error
    const existing = await kubernetes.get<TaskRun>(taskRuns, keyOf(wanted))
    if (existing !== undefined && isOwnedBy(run, existing)) return existing
    throw error
  }
}

/** Asks the unfinished to stop, with the reason that their status will show; one that is gone is stopped. */
export async function cancelTasks(
  { kubernetes }: Cluster,
  running: readonly TaskRun[],
  statusMessage: string,
): Promise<void> {
  for (const taskRun of running) {
    if (isFinished(taskRun) || taskRun.spec.status !== undefined) continue
    const spec = { status: 'TaskRunCancelled', statusMessage }
    await kubernetes.patch(taskRuns, keyOf(taskRun), { spec }).catch(error => {
      if (!(error instanceof KubernetesError && error.status === 404)) throw error
    })
  }
}
