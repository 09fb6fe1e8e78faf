// How long a PipelineRun and its parts may take; pure.

import { parseDuration } from './duration.ts'
import { DEFAULT_TIMEOUT } from './flags.ts'
import type { PipelineRun } from './run.ts'

/** Milliseconds; undefined is no limit (https://tekton.dev/docs/pipelines/pipelineruns/#configuring-a-failure-timeout). */
interface Timeouts {
  readonly pipeline: number | undefined
  readonly tasks: number | undefined
  readonly finally: number | undefined
}

function limit(text: string | undefined): number | undefined {
  const parsed = text === undefined ? undefined : parseDuration(text)
  return parsed === 0 ? undefined : parsed
}

/** What is not given follows from the two others: tasks and finally share the pipeline's time. */
export function timeoutsOf({ spec: { timeouts } }: PipelineRun): Timeouts {
  const pipeline = limit(timeouts?.pipeline ?? DEFAULT_TIMEOUT)
  const [tasks, last] = [limit(timeouts?.tasks), limit(timeouts?.finally)]
  const known = timeouts?.pipeline !== undefined && pipeline !== undefined
  return {
    pipeline,
    tasks: tasks ?? (known && last !== undefined ? pipeline - last : undefined),
    finally: last ?? (known && tasks !== undefined ? pipeline - tasks : undefined),
  }
}

function isOver(limit: number | undefined, since: string | undefined, now: number): boolean {
  return limit !== undefined && since !== undefined && now - Date.parse(since) > limit
}

export interface Overrun {
  readonly pipeline: boolean
  readonly tasks: boolean
  readonly finally: boolean
}

export function overrunOf(run: PipelineRun, now: number): Overrun {
  const limits = timeoutsOf(run)
  const { startTime, finallyStartTime } = run.status ?? {}
  return {
    pipeline: isOver(limits.pipeline, startTime, now),
    tasks: isOver(limits.tasks, startTime, now),
    finally: isOver(limits.finally, finallyStartTime, now),
  }
}

/** Milliseconds until the next limit is passed, if there is one. */
export function nextLimit(run: PipelineRun, now: number): number | undefined {
  const limits = timeoutsOf(run)
  const { startTime, finallyStartTime } = run.status ?? {}
  const ends = [
    ...(startTime === undefined ? [] : [limits.pipeline, limits.tasks].map(end => [startTime, end] as const)),
    ...(finallyStartTime === undefined ? [] : [[finallyStartTime, limits.finally] as const]),
  ].flatMap(([since, end]) => (end === undefined ? [] : [Date.parse(since) + end + 1 - now]))
  const ahead = ends.filter(wait => wait > 0)
  return ahead.length === 0 ? undefined : Math.min(...ahead)
}
