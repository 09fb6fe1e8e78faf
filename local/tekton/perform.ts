// The stages of a TaskRun that runs no pod: pending, running, ended, perhaps once more; pure.

import { taskSpecDefaults } from './decode.ts'
import { FEATURE_FLAGS } from './flags.ts'
import type { ParamValue, TaskSpec } from './pipeline.ts'
import { type Ending, PLAYED, stepName, stepStates } from './play.ts'
import type { StepState, TaskRun, TaskRunStatus } from './run.ts'
import { conditionsOf, succeeded, type Verdict } from './status.ts'
import { paramVariables, substitute } from './substitute.ts'

/** A status to write by merge-patch; null takes a field away. */
export type StatusPatch = { readonly [Field in keyof TaskRunStatus]: TaskRunStatus[Field] | null }

/** What the steps see: parameters, context and where results are written (https://tekton.dev/docs/pipelines/variables/#variables-available-in-a-task). */
export function taskSpecOf(taskRun: TaskRun, spec: TaskSpec): TaskSpec {
  const { name, namespace = '', uid = '' } = taskRun.metadata
  const paths = (spec.results ?? []).map((result): [string, ParamValue] => [
    `results.${result.name}.path`,
    `/tekton/results/${result.name}`,
  ])
  const variables = new Map<string, ParamValue>([
    ...paramVariables(spec.params ?? [], taskRun.spec.params ?? []),
    ...paths,
    ['context.taskRun.name', name],
    ['context.taskRun.namespace', namespace],
    ['context.taskRun.uid', uid],
    ['context.task.name', taskRun.spec.taskRef?.name ?? name],
    ['context.task.retry-count', String(taskRun.status?.retriesStatus?.length ?? 0)],
  ])
  const { params, ...rest } = taskSpecDefaults(spec)
  return { ...(params === undefined ? {} : { params }), ...substitute(rest, variables) }
}

function withVerdict(taskRun: TaskRun, verdict: Verdict, now: string): Pick<TaskRunStatus, 'conditions'> {
  return { conditions: conditionsOf(succeeded(taskRun), verdict, now) }
}

/** As if a pod had been asked for; there is none, so podName stays empty. */
export function pending(taskRun: TaskRun, spec: TaskSpec, now: string): StatusPatch {
  const steps = (spec.steps ?? []).map((step, index): StepState => {
    const { container: _, ...state } = stepName(step, index)
    return state
  })
  const verdict: Verdict = { status: 'Unknown', reason: 'Pending', message: 'Pending' }
  return {
    ...withVerdict(taskRun, verdict, now),
    podName: '',
    startTime: now,
    steps,
    taskSpec: spec,
    provenance: { featureFlags: FEATURE_FLAGS },
  }
}

export function running(taskRun: TaskRun, now: string): StatusPatch {
  const message = 'Not all Steps in the Task have finished executing'
  const steps = (taskRun.status?.taskSpec?.steps ?? []).map((step, index) => ({
    running: { startedAt: now },
    ...stepName(step, index),
  }))
  return { ...withVerdict(taskRun, { status: 'Unknown', reason: 'Running', message }, now), steps }
}

function failure(taskRun: TaskRun, ending: Ending): { reason: string; message: string } {
  const step = taskRun.status?.taskSpec?.steps?.[ending.step ?? 0] ?? {}
  const { container } = stepName(step, ending.step ?? 0)
  const ignored = taskRun.metadata.annotations?.['pipeline.tekton.dev/pipeline-task-on-error'] === 'continue'
  const reason = ending.reason === 'OOMKilled' ? 'StepOOM' : 'StepFailed'
  return {
    reason: ignored ? 'FailureIgnored' : reason,
    message: `"${container}" exited with code ${ending.exitCode}: ${ending.reason}`,
  }
}

/** The failed attempt goes into the history, and the TaskRun starts over (https://tekton.dev/docs/pipelines/taskruns/#specifying-retries). */
function retry(taskRun: TaskRun, failed: TaskRunStatus, message: string): StatusPatch {
  const { retriesStatus = [], ...archived } = failed
  const again: Verdict = { status: 'Unknown', reason: 'ToBeRetried', message }
  return {
    ...withVerdict(taskRun, again, failed.completionTime ?? ''),
    retriesStatus: [...retriesStatus, archived],
    startTime: null,
    completionTime: null,
    results: null,
    podName: '',
  }
}

export function ended(taskRun: TaskRun, ending: Ending, now: string): StatusPatch {
  const spec = taskRun.status?.taskSpec ?? {}
  const startedAt = taskRun.status?.steps?.[0]?.running?.startedAt ?? now
  const steps = stepStates(spec, ending, { startedAt, finishedAt: now })
  const results = Object.entries(ending.results).map(([name, value]) => ({
    name,
    type: resultType(value),
    value,
  }))
  if (ending.exitCode === 0) {
    const message = 'All Steps have completed executing'
    const verdict: Verdict = { status: 'True', reason: 'Succeeded', message }
    const given = results.length === 0 ? {} : { results }
    return { ...withVerdict(taskRun, verdict, now), completionTime: now, steps, ...given }
  }
  const { reason, message } = failure(taskRun, ending)
  const verdict = withVerdict(taskRun, { status: 'False', reason, message }, now)
  const failed = { ...taskRun.status, ...verdict, completionTime: now, steps }
  const attempts = taskRun.status?.retriesStatus?.length ?? 0
  if (attempts < (taskRun.spec.retries ?? 0)) return retry(taskRun, failed, message)
  return { ...verdict, completionTime: now, steps }
}

function resultType(value: ParamValue): string {
  if (typeof value === 'string') return 'string'
  return Array.isArray(value) ? 'array' : 'object'
}

/** Ended from outside: what ran is terminated with the reason of the whole. */
export function stopped(taskRun: TaskRun, verdict: Verdict, now: string): StatusPatch {
  const steps = (taskRun.status?.steps ?? []).map(({ running: ran, waiting: _, ...step }) => ({
    ...step,
    terminated: {
      exitCode: 1,
      reason: verdict.reason,
      message: PLAYED.value,
      startedAt: ran?.startedAt ?? now,
      finishedAt: now,
    },
    terminationReason: verdict.reason,
  }))
  return { ...withVerdict(taskRun, verdict, now), completionTime: now, podName: '', steps }
}
