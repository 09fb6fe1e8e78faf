// What kind of failure a run ended with, from its condition and its TaskRuns: pure.

import type { Outcome } from '../../shared/events/types.ts'
import type { KubernetesObject } from '../../shared/kubernetes/resources.ts'
import { type Ending, endingOf, type PipelineRun } from '../../shared/remediation/marks.ts'

/** The part of a Tekton TaskRun that tells how it ended. */
export interface TaskRun extends KubernetesObject {
  readonly status?: {
    readonly conditions?: readonly { type: string; status: string; reason?: string; message?: string }[]
    readonly steps?: readonly {
      readonly name?: string
      readonly terminated?: {
        readonly exitCode?: number
        readonly reason?: string
      }
    }[]
    readonly completionTime?: string
  }
}

const TASK = 'tekton.dev/pipelineTask'

/** Reasons by which Tekton says that it could not run this Pipeline at all (pkg/apis/pipeline/v1/pipelinerun_types.go). */
const REFUSED =
  /CouldntGet|ValidationFailed|VerificationFailed|ResolutionFailed|ParameterMissing|ParameterTypeMismatch|MissKeys|ArrayIndexingInvalid|Invalid(Param|Graph|Workspace|TaskRunSpec|Matrix|\w*ResultReference)|WorkspaceMarkedOptional|CELEvaluationFailed/

/** Rules in order, over reason and message of the run, its failed TaskRun and step; the first that fits names the class. */
const CLASSES: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['OutOfMemory', /OOMKilled|out of memory/i],
  // Before the timeout: a registry that does not answer in time is an image that cannot be pulled.
  ['ImagePull', /ImagePull|ErrImage|InvalidImageName|failed to pull image/i],
  ['Timeout', /timeout|timed out|failed to finish within|deadline exceeded/i],
  ['Quota', /exceeded quota|insufficient (cpu|memory)/i],
  ['Forbidden', /forbidden|cannot (get|list|create|patch|update|delete) resource/i],
]

interface Failure {
  readonly where: Pick<Outcome, 'task' | 'step' | 'exitCode'>
  readonly reason: string
  readonly words: string
}

function failedCondition(taskRun: TaskRun): { reason?: string; message?: string } | undefined {
  return taskRun.status?.conditions?.find(each => each.type === 'Succeeded' && each.status === 'False')
}

/** The first task that failed, in time; the others often failed because of it. */
function firstFailure(taskRuns: readonly TaskRun[]): Failure | undefined {
  const ended = (each: TaskRun): string => each.status?.completionTime ?? '9'
  const [failed] = taskRuns
    .filter(each => failedCondition(each))
    .sort((a, b) => (ended(a) < ended(b) ? -1 : 1))
  if (failed === undefined) return undefined
  const { reason = '', message = '' } = failedCondition(failed) ?? {}
  const step = failed.status?.steps?.find(each => (each.terminated?.exitCode ?? 0) !== 0)
  const task = failed.metadata.labels?.[TASK]
  return {
    where: {
      ...(task === undefined ? {} : { task }),
      ...(step?.name === undefined ? {} : { step: step.name }),
      ...(step?.terminated?.exitCode === undefined ? {} : { exitCode: step.terminated.exitCode }),
    },
    reason,
    // Not the step's message: that is its results, in words of its own.
    words: [reason, message, step?.terminated?.reason].join(' '),
  }
}

function classOf({ reason, message }: Ending, failure: Failure | undefined): string {
  if (REFUSED.test(`${reason} ${failure?.reason ?? ''}`)) return 'Playbook'
  const words = `${reason} ${message} ${failure?.words ?? ''}`
  const found = CLASSES.find(([, pattern]) => pattern.test(words))
  if (found !== undefined) return found[0]
  return failure === undefined ? 'Unknown' : 'StepFailed'
}

function seconds(start: string | undefined, end: string | undefined): number | undefined {
  const difference = Date.parse(end ?? '') - Date.parse(start ?? '')
  return Number.isNaN(difference) ? undefined : Math.max(0, difference / 1000)
}

/** The outcome of a finished run, in the words of its event; undefined while it has not finished. */
export function classify(run: PipelineRun, taskRuns: readonly TaskRun[]): Outcome | undefined {
  const ending = endingOf(run)
  if (ending === undefined) return undefined
  const { startTime, completionTime } = run.status ?? {}
  const took = seconds(startTime, completionTime)
  const common: Outcome = {
    reason: ending.reason,
    message: ending.message,
    ...(startTime === undefined ? {} : { startedAt: startTime }),
    ...(completionTime === undefined ? {} : { endedAt: completionTime }),
    ...(took === undefined ? {} : { seconds: took }),
  }
  if (ending.finish !== 'failed') return common
  const failure = firstFailure(taskRuns)
  return { ...common, class: classOf(ending, failure), ...failure?.where }
}
