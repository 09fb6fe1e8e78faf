// Runs and TaskRuns as Tekton leaves them when they end.

import type { TaskRun } from '../../../functions/notify/classify.ts'
import type { PipelineRun, RunStatus } from '../../../shared/remediation/marks.ts'

export function runOf(status: RunStatus | undefined): PipelineRun {
  return {
    metadata: { namespace: 'a', name: 'rem-1' },
    spec: { pipelineRef: { resolver: 'bundles', params: [] }, params: [] },
    ...(status === undefined ? {} : { status }),
  }
}

export function endedAs(reason: string, message = '', status: 'True' | 'False' = 'False'): PipelineRun {
  return runOf({ conditions: [{ type: 'Succeeded', status, reason, message }] })
}

export interface Told {
  readonly task?: string
  readonly status?: string
  readonly reason?: string
  readonly message?: string
  readonly at?: string
  readonly step?: { readonly exitCode: number; readonly reason?: string; readonly message?: string }
}

export function taskRun({
  task = 'fix',
  status = 'False',
  reason = 'Failed',
  message = '',
  at,
  step,
}: Told): TaskRun {
  return {
    metadata: { name: `rem-1-${task}`, labels: { 'tekton.dev/pipelineTask': task } },
    status: {
      conditions: [{ type: 'Succeeded', status, reason, message }],
      ...(at === undefined ? {} : { completionTime: at }),
      ...(step === undefined ? {} : { steps: [{ name: 'run', terminated: step }] }),
    },
  }
}

export const FAILED = endedAs('Failed', 'Tasks Completed: 1 (Failed: 1, Cancelled 0), Skipped: 0')
