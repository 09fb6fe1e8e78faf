// Why a TaskRun is stopped from outside: it was cancelled, or its own time is up; pure.

import { formatDuration } from '../../shared/runtime/duration.ts'
import { parseDuration } from './duration.ts'
import { DEFAULT_TIMEOUT } from './flags.ts'
import type { TaskRun } from './run.ts'
import type { Verdict } from './status.ts'

export function cancelled({ metadata: { name }, spec }: TaskRun): Verdict {
  const message = `TaskRun "${name}" was cancelled. ${spec.statusMessage ?? ''}`
  return { status: 'False', reason: 'TaskRunCancelled', message }
}

/** When the TaskRun's own time is up, in milliseconds since 1970; undefined is never. */
export function deadlineOf({ spec, status }: TaskRun): number | undefined {
  const limit = parseDuration(spec.timeout ?? DEFAULT_TIMEOUT)
  if (limit === undefined || limit === 0 || status?.startTime === undefined) return undefined
  return Date.parse(status.startTime) + limit
}

export function late({ metadata: { name }, spec }: TaskRun): Verdict {
  const limit = formatDuration(parseDuration(spec.timeout ?? DEFAULT_TIMEOUT) ?? 0)
  return {
    status: 'False',
    reason: 'TaskRunTimeout',
    message: `TaskRun "${name}" failed to finish within "${limit}"`,
  }
}
