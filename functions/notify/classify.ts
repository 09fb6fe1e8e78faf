// What kind of failure a run ended with, from its condition and its TaskRuns: pure.

import type { Outcome } from '../../shared/events/types.ts'
import type { KubernetesObject } from '../../shared/kubernetes/resources.ts'
import { endingOf, type PipelineRun } from '../../shared/remediation/marks.ts'

/** The part of a Tekton TaskRun that tells how it ended. */
export interface TaskRun extends KubernetesObject {
  readonly status?: {
    readonly conditions?: readonly { type: string; status: string; reason?: string; message?: string }[]
    readonly steps?: readonly {
      readonly name?: string
      readonly terminated?: {
        readonly exitCode?: number
        readonly reason?: string
        readonly message?: string
      }
    }[]
    readonly completionTime?: string
  }
}

const TASK = 'tekton.dev/pipelineTask'

/** Rules in order, over reason and message of the run, its failed TaskRun and step; the first that fits names the class. */
const CLASSES: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['OutOfMemory', /OOMKilled|out of memory/i],
  ['Timeout', /timeout|timed out|failed to finish within|deadline exceeded/i],
  ['ImagePull', /ImagePull|ErrImage|InvalidImageName|failed to pull image/i],
  ['Quota', /exceeded quota|insufficient (cpu|memory)/i],
  ['Forbidden', /forbidden|cannot (get|list|create|patch|update|delete) resource/i],
  [
    'Playbook',
    /CouldntGet|ValidationFailed|ParameterMissing|ParameterTypeMismatch|InvalidParam|InvalidGraph|ResourceVerification/,
  ],
]

interface FailedStep {
  readonly task?: string
  readonly step?: string
  readonly exitCode?: number
  readonly words: string
}

function failedCondition(taskRun: TaskRun): { reason?: string; message?: string } | undefined {
  return taskRun.status?.conditions?.find(each => each.type === 'Succeeded' && each.status === 'False')
}

/** The first task that failed, in time; the others often failed because of it. */
function firstFailure(taskRuns: readonly TaskRun[]): FailedStep | undefined {
  const ended = (each: TaskRun): string => each.status?.completionTime ?? '9'
  const [failed] = taskRuns
    .filter(each => failedCondition(each))
    .sort((a, b) => (ended(a) < ended(b) ? -1 : 1))
  if (failed === undefined) return undefined
  const condition = failedCondition(failed)
  const step = failed.status?.steps?.find(each => (each.terminated?.exitCode ?? 0) !== 0)
  const task = failed.metadata.labels?.[TASK]
  return {
    ...(task === undefined ? {} : { task }),
    ...(step?.name === undefined ? {} : { step: step.name }),
    ...(step?.terminated?.exitCode === undefined ? {} : { exitCode: step.terminated.exitCode }),
    words: [condition?.reason, condition?.message, step?.terminated?.reason, step?.terminated?.message].join(
      ' ',
    ),
  }
}

function classOf(words: string, failure: FailedStep | undefined): string {
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
  const { words = '', ...where } = failure ?? {}
  return { ...common, class: classOf(`${ending.reason} ${ending.message} ${words}`, failure), ...where }
}
