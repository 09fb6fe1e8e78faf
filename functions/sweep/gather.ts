// What a sweep looks at: four labelled lists, which grow with what is open and not with what is done.

import { pipelineRuns, playbooks } from '../../shared/kubernetes/resources.ts'
import type { Playbook } from '../../shared/playbook/playbook.ts'
import { type FoundLock, listLocks } from '../../shared/remediation/find-lock.ts'
import { LABEL, type PipelineRun } from '../../shared/remediation/marks.ts'
import type { Services } from '../../shared/runtime/function.ts'

export interface Open {
  readonly playbooks: readonly Playbook[]
  /** Runs that still have to do with a lock: waiting or holding. */
  readonly unsettled: readonly PipelineRun[]
  /** Runs whose end not everyone knows. */
  readonly untold: readonly PipelineRun[]
  readonly locks: readonly FoundLock[]
}

export async function gather({ kubernetes, config }: Services): Promise<Open> {
  const [all, unsettled, untold, locks] = await Promise.all([
    kubernetes.list<Playbook>(playbooks),
    kubernetes.list<PipelineRun>(pipelineRuns, { labelSelector: LABEL.lock }),
    kubernetes.list<PipelineRun>(pipelineRuns, { labelSelector: `${LABEL.told}=no` }),
    listLocks(kubernetes, config.namespace),
  ])
  return { playbooks: all.items, unsettled: unsettled.items, untold: untold.items, locks }
}
