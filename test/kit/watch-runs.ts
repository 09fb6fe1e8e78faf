// A watch over all runs that sees every state, also one that lasts a moment: whether two were ever running on one target.

import type { Kubernetes, WatchSelection } from '../../shared/kubernetes/client.ts'
import { pipelineRuns } from '../../shared/kubernetes/resources.ts'
import { endingOf, isPending, LABEL, type PipelineRun } from '../../shared/remediation/marks.ts'

/** What was seen of all runs, in the order in which they changed. */
export interface Watch {
  readonly started: Set<string>
  /** Targets on which two were running at once. */
  readonly clashes: Set<string>
}

export function createWatch(): Watch {
  return { started: new Set(), clashes: new Set() }
}

/** Goes on until the signal, or until the API server breaks off. */
export async function watchRuns(
  kubernetes: Kubernetes,
  watch: Watch,
  selection: WatchSelection,
): Promise<void> {
  const runningOn = new Map<string, Set<string>>()
  for await (const { type, object: run } of kubernetes.watch<PipelineRun>(pipelineRuns, selection)) {
    const { name, labels } = run.metadata
    const target = labels?.[LABEL.target]
    if (type === 'BOOKMARK' || target === undefined) continue
    const names = runningOn.get(target) ?? new Set()
    runningOn.set(target, names)
    const runs = type !== 'DELETED' && !isPending(run) && endingOf(run) === undefined
    if (runs) names.add(name)
    else names.delete(name)
    if (runs) watch.started.add(name)
    if (names.size > 1) watch.clashes.add(target)
  }
}
