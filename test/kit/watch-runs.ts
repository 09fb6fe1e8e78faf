// A watch over all runs that sees every state, also one that lasts a moment: whether two were ever running on one target.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Kubernetes, WatchSelection } from '../../shared/kubernetes/client.ts'
import { KubernetesError } from '../../shared/kubernetes/errors.ts'
import { pipelineRuns } from '../../shared/kubernetes/resources.ts'
import type { WatchEvent } from '../../shared/kubernetes/watch.ts'
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

const PAUSE_MS = 200

/**
 * Goes on until the signal. What the API server or the connection breaks off is taken up where it was, so that nothing is
 * missed; throws where the API server no longer knows that place.
 */
export async function watchRuns(
  kubernetes: Kubernetes,
  watch: Watch,
  selection: WatchSelection & { readonly signal: AbortSignal },
): Promise<void> {
  const note = createNote(watch)
  const { signal } = selection
  let since: WatchSelection = selection
  while (!signal.aborted) {
    try {
      for await (const event of kubernetes.watch<PipelineRun>(pipelineRuns, since)) {
        const { resourceVersion } = event.object.metadata
        if (resourceVersion !== undefined) since = { ...selection, resourceVersion }
        note(event)
      }
    } catch (error) {
      if (error instanceof KubernetesError) throw error
    }
    await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined)
  }
}

function createNote(watch: Watch): (event: WatchEvent<PipelineRun>) => void {
  const runningOn = new Map<string, Set<string>>()
  return ({ type, object: run }) => {
    const { name, labels } = run.metadata
    const target = labels?.[LABEL.target]
    if (type === 'BOOKMARK' || target === undefined) return
    const names = runningOn.get(target) ?? new Set()
    runningOn.set(target, names)
    const runs = type !== 'DELETED' && !isPending(run) && endingOf(run) === undefined
    if (runs) names.add(name)
    else names.delete(name)
    if (runs) watch.started.add(name)
    if (names.size > 1) watch.clashes.add(target)
  }
}
