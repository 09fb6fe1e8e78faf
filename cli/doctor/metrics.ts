// What the runs say of how well all this does: the success metrics of the original decision, but for the one that counts
// lines of code. Pure.

import type { Playbook } from '../../shared/playbook/playbook.ts'
import {
  ANNOTATION,
  endingOf,
  isOurs,
  isPending,
  type PipelineRun,
  runName,
} from '../../shared/remediation/marks.ts'

export interface Metric {
  readonly metric: string
  readonly goal: string
  /** Undefined where nothing has happened yet. */
  readonly value?: number
  readonly unit: '%' | 'runs' | 's'
  readonly status: 'ok' | 'warn'
  readonly message: string
}

interface Resolved extends PipelineRun {
  readonly status?: PipelineRun['status'] & {
    readonly pipelineSpec?: object
    /** https://tekton.dev/docs/pipelines/pipelineruns/#monitoring-execution-status */
    readonly provenance?: { readonly refSource?: { readonly digest?: { readonly sha256?: string } } }
  }
}

function share(part: number, whole: number): number {
  return Math.round((part / whole) * 1000) / 10
}

function successOf(runs: readonly PipelineRun[]): Metric {
  const about = { metric: 'execution-success', goal: 'more than 95 %', unit: '%' } as const
  const finishes = runs.map(run => endingOf(run)?.finish)
  const good = finishes.filter(each => each === 'succeeded').length
  const all = good + finishes.filter(each => each === 'failed').length
  if (all === 0) return { ...about, status: 'ok', message: 'no run has ended yet' }
  const value = share(good, all)
  return { ...about, value, status: value > 95 ? 'ok' : 'warn', message: `${good} of ${all} runs succeeded` }
}

/** What Tekton resolved is not what was registered, or the run does not pin it. */
function isMismatched(run: Resolved): boolean {
  const { [ANNOTATION.digest]: registered = '' } = run.metadata.annotations ?? {}
  const resolved = run.status?.provenance?.refSource?.digest?.sha256
  if (resolved !== undefined && `sha256:${resolved}` !== registered) return true
  const bundle = run.spec.pipelineRef?.params.find(({ name }) => name === 'bundle')?.value
  return bundle !== undefined && !bundle.endsWith(`@${registered}`)
}

function mismatchesOf(runs: readonly PipelineRun[]): Metric {
  const found = runs.filter(isMismatched)
  const names = found.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).join(', ')
  return {
    metric: 'version-mismatches',
    goal: '0',
    value: found.length,
    unit: 'runs',
    status: found.length === 0 ? 'ok' : 'warn',
    message: found.length === 0 ? `${runs.length} runs, each of the digest that was registered` : names,
  }
}

/** Of those that were let go, those of which Tekton shows a Pipeline with its tasks. */
function visibilityOf(runs: readonly PipelineRun[], forgotten: number): Metric {
  const about = { metric: 'visibility', goal: '100 %', unit: '%' } as const
  const started = runs.filter(run => run.status?.startTime !== undefined && !isPending(run))
  const ran = started.filter(run => endingOf(run)?.finish !== 'cancelled')
  const shown = ran.filter(
    (run: Resolved) =>
      run.status?.pipelineSpec !== undefined || (run.status?.childReferences ?? []).length > 0,
  )
  const all = ran.length + forgotten
  if (all === 0) return { ...about, status: 'ok', message: 'nothing has run yet' }
  const value = share(shown.length, all)
  const gone = forgotten === 0 ? '' : `; ${forgotten} that a lock remembers were deleted`
  const message = `Tekton shows ${shown.length} of ${all} runs${gone}`
  return { ...about, value, status: value === 100 ? 'ok' : 'warn', message }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0
}

/** From a Playbook's creation until a version of it was registered. */
function onboardingOf(playbooks: readonly Playbook[]): Metric {
  const about = { metric: 'onboarding', goal: 'less than 600 s', unit: 's' } as const
  const times = playbooks.flatMap(({ metadata, status }) => {
    const first = status?.history?.at(-1)?.registeredAt
    const seconds = (Date.parse(first ?? '') - Date.parse(metadata.creationTimestamp ?? '')) / 1000
    // The history holds twenty versions: of an older Playbook the first is not known.
    return Number.isNaN(seconds) || (status?.history ?? []).length >= 20 ? [] : [Math.max(0, seconds)]
  })
  if (times.length === 0) return { ...about, status: 'ok', message: 'no Playbook was registered yet' }
  const value = Math.round(median(times) * 10) / 10
  const message = `median of ${times.length} Playbooks, from creation to their first registration`
  return { ...about, value, status: value < 600 ? 'ok' : 'warn', message }
}

export interface Seen {
  readonly runs: readonly PipelineRun[]
  readonly playbooks: readonly Playbook[]
  /** Correlation ids of runs that the locks remember, and that did something. */
  readonly remembered: readonly string[]
}

export function metricsOf({ runs, playbooks, remembered }: Seen): Metric[] {
  const ours = runs.filter(isOurs)
  const names = new Set(ours.map(({ metadata }) => metadata.name))
  const forgotten = remembered.filter(each => !names.has(runName(each))).length
  return [successOf(ours), mismatchesOf(ours), visibilityOf(ours, forgotten), onboardingOf(playbooks)]
}
