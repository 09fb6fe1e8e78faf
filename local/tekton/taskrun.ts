// The TaskRun that Tekton creates for a task of a PipelineRun; pure.

import type { ObjectMeta, OwnerReference } from '../../shared/kubernetes/resources.ts'
import type { Facts, Outcome, TaskState } from './facts.ts'
import { DEFAULT_SERVICE_ACCOUNT, DEFAULT_TIMEOUT } from './flags.ts'
import { childName } from './names.ts'
import type { PipelineTask } from './pipeline.ts'
import { PLAYED } from './play.ts'
import type { PipelineRun, TaskRun } from './run.ts'
import { isFinished, succeeded } from './status.ts'

export const CANCELLED_BY_RUN = 'TaskRun cancelled as the PipelineRun it belongs to has been cancelled.'
export const CANCELLED_BY_TIMEOUT = 'TaskRun cancelled as the PipelineRun it belongs to has timed out.'

/** Annotations that stay with the object they were written to. */
const OWN_ANNOTATIONS =
  /^(kubectl\.kubernetes\.io\/last-applied-configuration|results\.tekton\.dev\/.*|chains\.tekton\.dev\/.*)$/

/** A controller reference to a PipelineRun, with which its children are deleted too. */
export function ownedBy(run: PipelineRun): OwnerReference & { blockOwnerDeletion: boolean } {
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'PipelineRun',
    name: run.metadata.name,
    uid: run.metadata.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  }
}

function labelsOf(run: PipelineRun, task: PipelineTask, facts: Facts): Record<string, string> {
  const last = (facts.spec.finally ?? []).some(({ name }) => name === task.name)
  return {
    ...task.taskSpec?.metadata?.labels,
    ...run.metadata.labels,
    'app.kubernetes.io/managed-by': 'tekton-pipelines',
    'tekton.dev/pipelineRun': run.metadata.name,
    'tekton.dev/pipelineRunUID': run.metadata.uid ?? '',
    'tekton.dev/pipelineTask': task.name,
    'tekton.dev/memberOf': last ? 'finally' : 'tasks',
  }
}

function annotationsOf(run: PipelineRun, task: PipelineTask): Record<string, string> {
  const inherited = Object.entries(run.metadata.annotations ?? {}).filter(
    ([key]) => !OWN_ANNOTATIONS.test(key),
  )
  return {
    ...task.taskSpec?.metadata?.annotations,
    ...Object.fromEntries(inherited),
    ...(task.onError === 'continue' ? { 'pipeline.tekton.dev/pipeline-task-on-error': 'continue' } : {}),
    'pipeline.tekton.dev/release': 'local',
    [PLAYED.key]: PLAYED.value,
  }
}

/** The TaskRun of a task whose variables are already in place (https://tekton.dev/docs/pipelines/taskruns/). */
export function buildTaskRun(run: PipelineRun, task: PipelineTask, facts: Facts): TaskRun {
  const metadata: ObjectMeta = {
    name: childName(run.metadata.name, `-${task.name}`),
    ...(run.metadata.namespace === undefined ? {} : { namespace: run.metadata.namespace }),
    labels: labelsOf(run, task, facts),
    annotations: annotationsOf(run, task),
    ownerReferences: [ownedBy(run)],
  }
  const { metadata: _, ...taskSpec } = task.taskSpec ?? {}
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'TaskRun',
    metadata,
    spec: {
      ...(task.params === undefined || task.params.length === 0 ? {} : { params: task.params }),
      serviceAccountName: run.spec.taskRunTemplate?.serviceAccountName ?? DEFAULT_SERVICE_ACCOUNT,
      ...(task.taskRef === undefined ? { taskSpec } : { taskRef: task.taskRef }),
      timeout: task.timeout ?? DEFAULT_TIMEOUT,
      ...(task.retries === undefined ? {} : { retries: task.retries }),
    },
  }
}

function outcomeOf(taskRun: TaskRun): Outcome {
  const condition = succeeded(taskRun)
  if (!isFinished(taskRun)) return 'running'
  if (condition?.status === 'True') return 'succeeded'
  if (condition?.reason !== 'TaskRunCancelled') return 'failed'
  return taskRun.spec.statusMessage === CANCELLED_BY_TIMEOUT ? 'timedOut' : 'cancelled'
}

/** What a TaskRun tells the plan. */
export function stateOfTaskRun(taskRun: TaskRun): TaskState {
  const results = taskRun.status?.results?.map(({ name, value }): [string, typeof value] => [name, value])
  return {
    outcome: outcomeOf(taskRun),
    reason: succeeded(taskRun)?.reason,
    ...(results === undefined ? {} : { results: Object.fromEntries(results) }),
  }
}
