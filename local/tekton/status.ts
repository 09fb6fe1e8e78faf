// What a PipelineRun says about itself, from the plan of its tasks, in Tekton's reasons and words; pure.

import type { Condition } from '../../shared/kubernetes/resources.ts'
import { type Facts, stateOf } from './facts.ts'
import type { Plan } from './plan.ts'
import { SKIP } from './skip.ts'

/** The `Succeeded` condition without its time. */
export type Verdict = Pick<Condition, 'status'> & { readonly reason: string; readonly message?: string }

export function succeeded(object: {
  readonly status?: { readonly conditions?: readonly Condition[] }
}): Condition | undefined {
  return object.status?.conditions?.find(condition => condition.type === 'Succeeded')
}

export function isFinished(object: Parameters<typeof succeeded>[0]): boolean {
  const status = succeeded(object)?.status
  return status === 'True' || status === 'False'
}

/** The conditions with this verdict; the time of transition stays where nothing changed. */
export function conditionsOf(
  before: Condition | undefined,
  { status, reason, message }: Verdict,
  now: string,
): Condition[] {
  const same = before?.status === status && before.reason === reason && before.message === message
  const lastTransitionTime = same ? (before.lastTransitionTime ?? now) : now
  return [
    { type: 'Succeeded', status, lastTransitionTime, reason, ...(message === undefined ? {} : { message }) },
  ]
}

interface Counts {
  readonly succeeded: number
  readonly failed: number
  readonly ignored: number
  readonly cancelled: number
  readonly skipped: number
  readonly late: number
  readonly invalid: number
  readonly incomplete: number
}

const LATE: ReadonlySet<string> = new Set([SKIP.pipelineTimeout, SKIP.tasksTimeout, SKIP.finallyTimeout])

function kindOf(facts: Facts, plan: Plan, task: { name: string; onError?: string }): keyof Counts {
  const { outcome } = stateOf(facts, task.name)
  if (outcome === 'succeeded' || outcome === 'cancelled') return outcome
  if (outcome === 'timedOut') return 'failed'
  if (outcome === 'failed') return task.onError === 'continue' ? 'ignored' : 'failed'
  if (plan.invalid.has(task.name)) return 'invalid'
  const reason = plan.skipped.get(task.name)
  if (reason === undefined) return 'incomplete'
  return LATE.has(reason) ? 'late' : 'skipped'
}

function count(facts: Facts, plan: Plan): Counts {
  const counts = {
    succeeded: 0,
    failed: 0,
    ignored: 0,
    cancelled: 0,
    skipped: 0,
    late: 0,
    invalid: 0,
    incomplete: 0,
  }
  for (const task of [...(facts.spec.tasks ?? []), ...(facts.spec.finally ?? [])])
    counts[kindOf(facts, plan, task)] += 1
  return counts
}

function finalMessage(counts: Counts, plan: Plan): string {
  const { failed, ignored, cancelled } = counts
  const ended = counts.succeeded + failed + cancelled + ignored
  const excused = ignored > 0 ? ` (Ignored: ${ignored})` : ''
  const sum = `Tasks Completed: ${ended} (Failed: ${failed + ignored}${excused}, Cancelled ${cancelled})`
  const faults = [...plan.invalid].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, fault]) => fault)
  const invalid = counts.invalid > 0 ? `, Failed Validation: ${counts.invalid} (${faults.join('; ')})` : ''
  return `${sum}, Skipped: ${counts.skipped + counts.late}${invalid}`
}

function ended(counts: Counts, plan: Plan, run: { name: string; specStatus?: string | undefined }): Verdict {
  const message = finalMessage(counts, plan)
  if (counts.invalid > 0) return { status: 'False', reason: 'PipelineValidationFailed', message }
  if (counts.failed > 0 || counts.late > 0) return { status: 'False', reason: 'Failed', message }
  if (run.specStatus === 'CancelledRunFinally' || run.specStatus === 'StoppedRunFinally')
    return { status: 'False', reason: 'Cancelled', message: `PipelineRun "${run.name}" was cancelled` }
  if (counts.cancelled > 0) return { status: 'False', reason: 'Cancelled', message }
  return { status: 'True', reason: counts.skipped > 0 ? 'Completed' : 'Succeeded', message }
}

function runningReason(facts: Facts, plan: Plan, counts: Counts): string {
  if (facts.timedOut.tasks && (facts.spec.finally ?? []).length > 0 && !plan.finallyDone)
    return 'PipelineRunTimeoutRunningFinally'
  if (facts.specStatus === 'CancelledRunFinally') return 'CancelledRunningFinally'
  if (facts.specStatus === 'StoppedRunFinally') return 'StoppedRunningFinally'
  const stopping = counts.cancelled > 0 || (counts.failed > 0 && (facts.spec.finally ?? []).length === 0)
  return stopping ? 'PipelineRunStopping' : 'Running'
}

/** The condition that follows from the plan (https://tekton.dev/docs/pipelines/pipelineruns/#monitoring-execution-status); timeouts of the run come before. */
export function verdictOf(name: string, facts: Facts, plan: Plan): Verdict {
  const counts = count(facts, plan)
  if (counts.incomplete === 0) return ended(counts, plan, { name, specStatus: facts.specStatus })
  const done = counts.succeeded + counts.failed + counts.cancelled + counts.ignored
  const message =
    `Tasks Completed: ${done} (Failed: ${counts.failed}, Cancelled ${counts.cancelled}), ` +
    `Incomplete: ${counts.incomplete}, Skipped: ${counts.skipped + counts.late}`
  return { status: 'Unknown', reason: runningReason(facts, plan, counts), message }
}
