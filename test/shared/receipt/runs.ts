// Runs that have ended, for the tests of their receipts.

import { pipelineRunOf, type Remediation } from '../../../shared/remediation/create-run.ts'
import { ANNOTATION, type PipelineRun } from '../../../shared/remediation/marks.ts'
import { remediation } from '../remediation/remediations.ts'

export const STARTED = '2026-03-01T12:00:00Z'
export const ENDED = '2026-03-01T12:00:07Z'

/** What an analysis proposes for the playbook `scale-down`. */
export function analysisOf(parameters: object): object {
  return { selected_workflow: { workflow_id: 'scale-down', parameters } }
}

interface Ending {
  readonly reason?: string
  readonly annotations?: Readonly<Record<string, string>>
}

/** The run of a remediation as the API server has it once Tekton has ended it. */
export function endedRun(more: Partial<Remediation> = {}, ending: Ending = {}): PipelineRun {
  const { reason = 'Succeeded', annotations = {} } = ending
  const run = pipelineRunOf(remediation({ serviceAccountName: 'scaler' }, more))
  const status = reason === 'Succeeded' ? 'True' : 'False'
  return {
    ...run,
    metadata: {
      ...run.metadata,
      uid: 'uid-of-run',
      annotations: { ...run.metadata.annotations, ...annotations },
    },
    status: {
      startTime: STARTED,
      completionTime: ENDED,
      conditions: [{ type: 'Succeeded', status, reason, message: 'It is over.' }],
    },
  }
}

/** The run with values, and an analysis that gave others. */
export function runOf(given: object, values: Remediation['values'], schema: unknown = {}): PipelineRun {
  const base = remediation()
  return endedRun({
    analysis: { ...base.analysis, data: analysisOf(given) },
    values,
    release: { ...base.release, schema },
  })
}

export const DENIED = { [ANNOTATION.deniedBy]: 'dan' }
