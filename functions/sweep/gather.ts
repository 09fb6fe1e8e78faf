// What a sweep looks at: five labelled lists, which grow with what is open and not with what is done.

import { pipelineRuns, playbooks } from '../../shared/kubernetes/resources.ts'
import type { Playbook } from '../../shared/playbook/playbook.ts'
import { type FoundLock, listLocks } from '../../shared/remediation/find-lock.ts'
import type { TargetLease } from '../../shared/remediation/lock.ts'
import { LABEL, type PipelineRun } from '../../shared/remediation/marks.ts'
import { rulesOf } from '../../shared/remediation/rules.ts'
import { listSlots } from '../../shared/remediation/slots.ts'
import type { Services } from '../../shared/runtime/function.ts'

export interface Open {
  readonly playbooks: readonly Playbook[]
  /** Runs that still have to do with a lock: waiting or holding. */
  readonly unsettled: readonly PipelineRun[]
  /** Runs whose end not everyone knows. */
  readonly untold: readonly PipelineRun[]
  readonly locks: readonly FoundLock[]
  readonly slots: readonly TargetLease[]
  /** How long a run may queue. */
  readonly patienceMs: number
}

export async function gather({ kubernetes, config }: Services): Promise<Open> {
  const [all, unsettled, untold, locks, slots] = await Promise.all([
    kubernetes.list<Playbook>(playbooks),
    kubernetes.list<PipelineRun>(pipelineRuns, { labelSelector: LABEL.lock }),
    kubernetes.list<PipelineRun>(pipelineRuns, { labelSelector: `${LABEL.told}=no` }),
    listLocks(kubernetes, config.namespace),
    listSlots(kubernetes, config.namespace),
  ])
  const { patienceMs } = rulesOf(config).line
  return {
    playbooks: all.items,
    unsettled: unsettled.items,
    untold: untold.items,
    locks,
    slots,
    patienceMs,
  }
}
