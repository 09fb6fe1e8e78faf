// The labels and annotations by which a PipelineRun is ours; short, because Tekton copies them to every TaskRun and pod.

import type { KubernetesObject, ObjectMeta } from '../kubernetes/resources.ts'

const PREFIX = 'playbook.kubernaut.io/'

/** Labels hold hashes of at most 40 characters and legal names; raw values are annotations. */
export const LABEL = {
  playbook: `${PREFIX}playbook`,
  correlation: `${PREFIX}correlation`,
  target: `${PREFIX}target`,
  /** Whether the run still has to do with its target's lock: `waiting`, `held`; absent once it was let go. */
  lock: `${PREFIX}lock`,
  /** `no` until everyone was told how the run ended. */
  told: `${PREFIX}told`,
  /** Why a pending run waits: `queue` or `approval`. */
  waiting: `${PREFIX}waiting`,
  /** Of a Lease that is one of the numbered ones of a limit: the limit's hash. */
  slot: `${PREFIX}slot`,
  deadLetter: `${PREFIX}dead-letter`,
  ledger: `${PREFIX}ledger`,
} as const

export const ANNOTATION = {
  version: `${PREFIX}version`,
  digest: `${PREFIX}digest`,
  schemaDigest: `${PREFIX}schema-digest`,
  target: `${PREFIX}target`,
  /** The target's apiVersion, where the analysis gave one. */
  targetApiVersion: `${PREFIX}target-api-version`,
  /** Of when, and of which state of its target, the analysis speaks: `AsOf` of shared/decision/freshness.ts, as JSON. */
  asOf: `${PREFIX}as-of`,
  analysis: `${PREFIX}analysis`,
  cooldown: `${PREFIX}cooldown`,
  specHash: `${PREFIX}spec-hash`,
  queuedAt: `${PREFIX}queued-at`,
  waitsFor: `${PREFIX}waits-for`,
  /** Until when a run that waits for an approval may get one, as a time in RFC 3339. */
  expiresAt: `${PREFIX}expires-at`,
  /** Who approved or denied: their own user name, which the admission policy holds against who asks. */
  approvedBy: `${PREFIX}approved-by`,
  deniedBy: `${PREFIX}denied-by`,
  deniedBecause: `${PREFIX}denied-because`,
  /** The digest of the analysis event's data in canonical JSON. */
  analysisDigest: `${PREFIX}analysis-digest`,
  /** What the analysis gave for parameters where it is not what the run got: see `shared/receipt/given.ts`. */
  given: `${PREFIX}given`,
  /** By what policy the run was decided: {@link PolicyMark}. */
  policy: `${PREFIX}policy`,
  /** Written once the run has ended: see docs/receipt.md. */
  receipt: `${PREFIX}receipt`,
  /** For people: what a limit's Lease counts. */
  scope: `${PREFIX}scope`,
  told: `${PREFIX}told`,
  event: `${PREFIX}event`,
  replay: `${PREFIX}replay`,
} as const

/** Which rule of which version of the policy decided on a run, and how. */
export interface PolicyMark {
  readonly version: string
  readonly rule: string
  readonly verdict: string
  readonly reason?: string
}

export const RUN_PREFIX = 'rem-'

/** A run is named by the remediation it is: `rem-<correlation id>`. */
export function runName(correlationId: string): string {
  return RUN_PREFIX + correlationId
}

export interface ResolverParam {
  readonly name: string
  readonly value: string
}

export type ParamValue = string | readonly string[] | Readonly<Record<string, string>>

export interface RunStatus {
  readonly startTime?: string
  readonly completionTime?: string
  readonly conditions?: readonly {
    readonly type: string
    readonly status: string
    readonly reason?: string
    readonly message?: string
  }[]
  readonly childReferences?: readonly { readonly name: string; readonly pipelineTaskName?: string }[]
}

/** The part of a Tekton PipelineRun (tekton.dev/v1) that the system reads and writes. */
export interface PipelineRun extends KubernetesObject {
  readonly metadata: ObjectMeta
  readonly spec: {
    readonly status?: 'PipelineRunPending' | 'Cancelled'
    /** Where the Pipeline is; a run has either this or `pipelineSpec`. */
    readonly pipelineRef?: { readonly resolver: string; readonly params: readonly ResolverParam[] }
    /** The Pipeline around an image. */
    readonly pipelineSpec?: Readonly<Record<string, unknown>>
    readonly params?: readonly { readonly name: string; readonly value: ParamValue }[]
    readonly timeouts?: { readonly pipeline: string }
    readonly taskRunTemplate?: { readonly serviceAccountName: string }
  }
  readonly status?: RunStatus
}

export type Finish = 'succeeded' | 'failed' | 'cancelled'

export interface Ending {
  readonly finish: Finish
  readonly reason: string
  readonly message: string
}

/** Reasons by which Tekton says that a person or we ended the run (pkg/apis/pipeline/v1/pipelinerun_types.go). */
const CANCELLED = new Set(['Cancelled', 'PipelineRunCancelled', 'CancelledRunFinally', 'StoppedRunFinally'])

/** How a run ended; undefined while it has not. */
export function endingOf(run: PipelineRun): Ending | undefined {
  const condition = run.status?.conditions?.find(each => each.type === 'Succeeded')
  if (condition === undefined || condition.status === 'Unknown') return undefined
  const reason = condition.reason ?? 'Unknown'
  const message = condition.message ?? ''
  if (condition.status === 'True') return { finish: 'succeeded', reason, message }
  return { finish: CANCELLED.has(reason) ? 'cancelled' : 'failed', reason, message }
}

export function isOurs(run: PipelineRun): boolean {
  const correlation = run.metadata.labels?.[LABEL.correlation]
  return correlation !== undefined && run.metadata.name === runName(correlation)
}

/**
 * What is written under a name on a run. Blank is nothing, as it is for triggers/admission.yaml: who has no right to
 * write a name there may write that.
 */
export function writtenOn({ metadata: { annotations } }: PipelineRun, name: string): string | undefined {
  return annotations?.[name] || undefined
}

export function isPending(run: PipelineRun): boolean {
  return run.spec.status === 'PipelineRunPending'
}

/** Tekton runs it, or will in a moment. */
export function isRunning(run: PipelineRun): boolean {
  return run.spec.status === undefined && endingOf(run) === undefined
}
