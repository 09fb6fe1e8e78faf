// Facts about made-up Pipelines, and what the plan says of them in short.

import type { Facts, Outcome, TaskState } from '../../../local/tekton/facts.ts'
import type { PipelineSpec } from '../../../local/tekton/pipeline.ts'
import { planTasks } from '../../../local/tekton/plan.ts'
import { verdictOf } from '../../../local/tekton/status.ts'

export const NO_TIMEOUT = { pipeline: false, tasks: false, finally: false }

export function facts(
  spec: PipelineSpec,
  states: Record<string, Outcome | TaskState>,
  more: Partial<Facts> = {},
): Facts {
  const entries = Object.entries(states).map(([name, state]): [string, TaskState] => [
    name,
    typeof state === 'string' ? { outcome: state } : state,
  ])
  return { spec, states: new Map(entries), timedOut: NO_TIMEOUT, ...more }
}

export function look(given: Facts) {
  const plan = planTasks(given)
  const { status, reason, message } = verdictOf('run', given, plan)
  return {
    ready: plan.ready.map(({ name }) => name),
    skipped: Object.fromEntries(plan.skipped),
    says: `${status} ${reason}: ${message}`,
  }
}
