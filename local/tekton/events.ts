// The CloudEvents about runs, as Tekton's events controller shapes them; pure but for the id.

import { randomUUID } from 'node:crypto'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { DEFAULT_SERVICE_ACCOUNT, DEFAULT_TIMEOUT } from './flags.ts'
import type { PipelineSpec, Step, TaskSpec } from './pipeline.ts'
import type { PipelineRun, StepState, TaskRun, TaskRunStatus } from './run.ts'
import { succeeded } from './status.ts'

export type Run =
  | { readonly kind: 'pipelinerun'; readonly object: PipelineRun }
  | { readonly kind: 'taskrun'; readonly object: TaskRun }

const PHASE_OF_REASON: Readonly<Record<string, string>> = { Started: 'started', Running: 'running' }

/** The event type that a run's condition stands for (https://tekton.dev/docs/pipelines/events/#events-via-cloudevents). */
export function eventTypeOf({ kind, object }: Run): string {
  const condition = succeeded(object)
  const ended = { True: 'successful', False: 'failed' } as const
  const phase =
    condition === undefined
      ? 'queued'
      : condition.status === 'Unknown'
        ? (PHASE_OF_REASON[condition.reason ?? ''] ?? 'unknown')
        : ended[condition.status]
  return `dev.tekton.event.${kind}.${phase}.v1`
}

/** v1beta1 calls a step's compute resources `resources`, and always has them. */
function betaStep(step: Step): object {
  const { computeResources, ...rest } = step as Step & { computeResources?: object }
  return { ...rest, resources: computeResources ?? {} }
}

function betaTaskSpec(spec: TaskSpec): object {
  return { ...spec, steps: (spec.steps ?? []).map(betaStep) }
}

function betaPipelineSpec(spec: PipelineSpec): object {
  const beta = (tasks: PipelineSpec['tasks']): object[] =>
    (tasks ?? []).map(task =>
      task.taskSpec === undefined
        ? task
        : { ...task, taskSpec: { spec: null, metadata: {}, ...betaTaskSpec(task.taskSpec) } },
    )
  return {
    ...spec,
    ...(spec.tasks === undefined ? {} : { tasks: beta(spec.tasks) }),
    ...(spec.finally === undefined ? {} : { finally: beta(spec.finally) }),
  }
}

function betaPipelineRun(run: PipelineRun): object {
  const { taskRunTemplate, timeouts, ...spec } = run.spec
  const status = run.status ?? {}
  return {
    metadata: run.metadata,
    spec: {
      ...spec,
      ...(spec.pipelineSpec === undefined ? {} : { pipelineSpec: betaPipelineSpec(spec.pipelineSpec) }),
      serviceAccountName: taskRunTemplate?.serviceAccountName ?? DEFAULT_SERVICE_ACCOUNT,
      timeouts: timeouts ?? { pipeline: DEFAULT_TIMEOUT },
    },
    status: {
      ...status,
      ...(status.pipelineSpec === undefined ? {} : { pipelineSpec: betaPipelineSpec(status.pipelineSpec) }),
    },
  }
}

function betaStepState({ terminationReason: _, ...state }: StepState): object {
  return state
}

function betaTaskRunStatus(status: TaskRunStatus): object {
  return {
    ...status,
    podName: status.podName ?? '',
    ...(status.steps === undefined ? {} : { steps: status.steps.map(betaStepState) }),
    ...(status.taskSpec === undefined ? {} : { taskSpec: betaTaskSpec(status.taskSpec) }),
    ...(status.retriesStatus === undefined
      ? {}
      : { retriesStatus: status.retriesStatus.map(betaTaskRunStatus) }),
  }
}

function betaTaskRun(run: TaskRun): object {
  const { taskSpec, ...spec } = run.spec
  return {
    metadata: run.metadata,
    spec: { ...spec, ...(taskSpec === undefined ? {} : { taskSpec: betaTaskSpec(taskSpec) }) },
    status: betaTaskRunStatus(run.status ?? {}),
  }
}

/**
 * The event that Tekton sends: a random id, a source without group and kind because informers drop them, and the object
 * as v1beta1 without its kind (https://tekton.dev/docs/pipelines/events/#format-of-cloudevents).
 */
export function eventOf(run: Run, now: Date): CloudEvent {
  const { name, namespace } = run.object.metadata
  return {
    specversion: '1.0',
    id: randomUUID(),
    source: `/apis///namespaces/${namespace}//${name}`,
    subject: name,
    type: eventTypeOf(run),
    time: now.toISOString(),
    datacontenttype: 'application/json',
    data:
      run.kind === 'pipelinerun'
        ? { pipelineRun: betaPipelineRun(run.object) }
        : { taskRun: betaTaskRun(run.object) },
  }
}
