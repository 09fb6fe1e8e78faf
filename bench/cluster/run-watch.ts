// One watch on a namespace's PipelineRuns, for both sides: what was added, and when this process saw it.

import type { Kubernetes } from '../../shared/kubernetes/client.ts'
import { pipelineRuns } from '../../shared/kubernetes/resources.ts'
import type { PipelineRun } from '../../shared/remediation/marks.ts'
import type { Sighting } from './tally.ts'

export interface RunWatch {
  /** Those whose runs carry the label, by its value. */
  readonly sightings: (label: string) => readonly Sighting[]
  /** The first run that carries the label. */
  readonly first: (label: string) => PipelineRun | undefined
  /** Resolves when so many runs were added, or the time is over; throws when the watch broke meanwhile. */
  readonly until: (isEnough: () => boolean, patienceMs: number) => Promise<void>
  readonly stop: () => void
}

interface Added {
  readonly run: PipelineRun
  readonly at: number
}

/** Resolves when the watch is about to begin at what is there now, so that nothing that comes later is missed. */
export async function watchRuns(kubernetes: Kubernetes, namespace: string): Promise<RunWatch> {
  let { resourceVersion } = await kubernetes.list<PipelineRun>(pipelineRuns, { namespace })
  const controller = new AbortController()
  const { signal } = controller
  const added: Added[] = []
  let wake: () => void = () => undefined
  let broken: unknown

  /** The API server ends a watch whose reader is slow; it is taken up where it ended, so nothing is missed. */
  async function follow(): Promise<never> {
    for (;;) {
      const selection = { namespace, resourceVersion, signal }
      for await (const { type, object } of kubernetes.watch<PipelineRun>(pipelineRuns, selection)) {
        resourceVersion = object.metadata.resourceVersion ?? resourceVersion
        if (type !== 'ADDED') continue
        added.push({ run: object, at: performance.now() })
        wake()
      }
    }
  }

  follow().catch(error => {
    if (!signal.aborted) broken = error
    wake()
  })

  return {
    sightings: label =>
      added.flatMap(({ run: { metadata }, at }) => {
        const key = metadata.labels?.[label]
        return key === undefined ? [] : [{ key, uid: metadata.uid ?? '', at }]
      }),
    first: label => added.find(({ run }) => run.metadata.labels?.[label] !== undefined)?.run,
    async until(isEnough, patienceMs) {
      const end = performance.now() + patienceMs
      while (!isEnough() && performance.now() < end) {
        if (broken !== undefined) throw broken
        const { promise, resolve } = Promise.withResolvers<void>()
        wake = resolve
        const timer = setTimeout(resolve, end - performance.now())
        await promise.finally(() => clearTimeout(timer))
      }
    },
    stop: () => controller.abort(),
  }
}
