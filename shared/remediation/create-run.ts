// From a decision to a PipelineRun, straight from the bundle, or with the Pipeline around an image inline.

import { isDeepStrictEqual } from 'node:util'
import type { Observed } from '../analysis/analysis.ts'
import type { AsOf, EventTimes } from '../decision/freshness.ts'
import { hashOf } from '../events/identity.ts'
import type { Kubernetes } from '../kubernetes/client.ts'
import { isAlreadyExists } from '../kubernetes/errors.ts'
import { pipelineRuns } from '../kubernetes/resources.ts'
import type { Playbook, Release } from '../playbook/playbook.ts'
import { canonicalDigest } from '../receipt/canonical.ts'
import { givenMarkOf } from '../receipt/given.ts'
import { Fault } from '../runtime/fault.ts'
import { ANNOTATION, LABEL, type ParamValue, type PipelineRun, type PolicyMark, runName } from './marks.ts'
import { type Target, targetHash, targetKey } from './target.ts'

/** All that a run is made of. */
export interface Remediation {
  readonly correlationId: string
  /** The event and its data. */
  readonly analysis: EventTimes & { readonly source: string; readonly id: string; readonly data: unknown }
  readonly playbook: Playbook
  readonly release: Release
  readonly target: Target
  /** In which state the analysis saw it. */
  readonly observed?: Observed | undefined
  readonly values: Readonly<Record<string, ParamValue>>
  /** By what policy it was decided. */
  readonly policy?: PolicyMark
}

/** Why a run may not start at once. */
export interface Waiting {
  readonly for: 'queue' | 'approval'
  readonly since: number
  readonly why: string
  /** Until when an approval may come; milliseconds since the epoch. */
  readonly until?: number
}

/** Where the run finds its Pipeline: in the bundle, or, where the playbook is an image, in itself. */
function pipelineOf({
  playbook,
  release,
}: Remediation): Pick<PipelineRun['spec'], 'pipelineRef' | 'pipelineSpec'> {
  const { imagePullSecrets: [secret] = [], serviceAccountName } = playbook.spec
  if (release.pipelineSpec !== undefined) return { pipelineSpec: release.pipelineSpec }
  const params = [
    { name: 'bundle', value: release.bundle ?? '' },
    { name: 'name', value: release.pipeline },
    { name: 'kind', value: 'pipeline' },
    ...(secret === undefined ? [] : [{ name: 'secret', value: secret.name }]),
    ...(serviceAccountName === undefined ? [] : [{ name: 'serviceAccount', value: serviceAccountName }]),
  ]
  return { pipelineRef: { resolver: 'bundles', params } }
}

/** What runs: the same whether or not it waits, so that its hash tells one remediation from another. */
function specOf(remediation: Remediation): PipelineRun['spec'] {
  const { serviceAccountName, timeout } = remediation.playbook.spec
  return {
    ...pipelineOf(remediation),
    params: Object.entries(remediation.values).map(([name, value]) => ({ name, value })),
    ...(timeout === undefined ? {} : { timeouts: { pipeline: timeout } }),
    ...(serviceAccountName === undefined ? {} : { taskRunTemplate: { serviceAccountName } }),
  }
}

/** By what the run is found: hashes and legal names only. */
function labelsOf(remediation: Remediation, waiting: Waiting | undefined): Record<string, string> {
  return {
    [LABEL.playbook]: hashOf(remediation.playbook.metadata.name),
    [LABEL.correlation]: remediation.correlationId,
    [LABEL.target]: targetHash(remediation.target),
    [LABEL.lock]: waiting === undefined ? 'held' : 'waiting',
    [LABEL.told]: 'no',
    ...(waiting === undefined ? {} : { [LABEL.waiting]: waiting.for }),
  }
}

/** A run may wait, and is held against this again before it starts. */
function asOfMark({ time, expirytime }: EventTimes, observed: Observed = {}): Record<string, string> {
  const text = JSON.stringify({ time, expirytime, ...observed } satisfies AsOf)
  return text === '{}' ? {} : { [ANNOTATION.asOf]: text }
}

/** What the run says of itself, as it is written. */
function annotationsOf(
  { playbook, release, target, observed, analysis, values, policy }: Remediation,
  waiting: Waiting | undefined,
): Record<string, string> {
  const { cooldown } = playbook.spec
  return {
    [LABEL.playbook]: playbook.metadata.name,
    [ANNOTATION.version]: release.version,
    [ANNOTATION.digest]: release.digest,
    [ANNOTATION.schemaDigest]: release.schemaDigest,
    [ANNOTATION.target]: targetKey(target),
    ...(target.apiVersion === undefined ? {} : { [ANNOTATION.targetApiVersion]: target.apiVersion }),
    ...asOfMark(analysis, observed),
    [ANNOTATION.analysis]: `${analysis.source} ${analysis.id}`,
    [ANNOTATION.analysisDigest]: canonicalDigest(analysis.data),
    [ANNOTATION.given]: JSON.stringify(givenMarkOf(analysis.data, values, release.schema)),
    ...(policy === undefined ? {} : { [ANNOTATION.policy]: JSON.stringify(policy) }),
    ...(cooldown === undefined ? {} : { [ANNOTATION.cooldown]: cooldown }),
    ...(waiting === undefined ? {} : { [ANNOTATION.queuedAt]: String(waiting.since) }),
    ...(waiting === undefined ? {} : { [ANNOTATION.waitsFor]: waiting.why }),
    ...(waiting?.until === undefined
      ? {}
      : { [ANNOTATION.expiresAt]: new Date(waiting.until).toISOString() }),
  }
}

/** The PipelineRun (tekton.dev/v1) of a remediation: https://tekton.dev/docs/pipelines/pipelineruns/#remote-pipelines */
export function pipelineRunOf(remediation: Remediation, waiting?: Waiting): PipelineRun {
  const spec = specOf(remediation)
  const annotations = annotationsOf(remediation, waiting)
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'PipelineRun',
    metadata: {
      name: runName(remediation.correlationId),
      namespace: remediation.playbook.metadata.namespace ?? 'default',
      labels: labelsOf(remediation, waiting),
      annotations: { ...annotations, [ANNOTATION.specHash]: hashOf(JSON.stringify(spec)) },
    },
    spec: waiting === undefined ? spec : { status: 'PipelineRunPending', ...spec },
  }
}

/** Whether one was made before its playbook went from an image to the bundle of it, under one digest, or back. */
function isMigrated(one: PipelineRun, other: PipelineRun): boolean {
  const isInline = ({ spec }: PipelineRun): boolean => spec.pipelineSpec !== undefined
  return (
    isInline(one) !== isInline(other) &&
    one.metadata.annotations?.[ANNOTATION.digest] === other.metadata.annotations?.[ANNOTATION.digest] &&
    isDeepStrictEqual(one.spec.params ?? [], other.spec.params ?? [])
  )
}

function isSame(one: PipelineRun, other: PipelineRun): boolean {
  const hashOfSpec = ({ metadata }: PipelineRun) => metadata.annotations?.[ANNOTATION.specHash]
  return (
    one.metadata.labels?.[LABEL.correlation] === other.metadata.labels?.[LABEL.correlation] &&
    (hashOfSpec(one) === hashOfSpec(other) || isMigrated(one, other))
  )
}

/** Creates the run, or finds the same one made before; another one under its name is a Fault, never overwritten. */
export async function createPipelineRun(kubernetes: Kubernetes, run: PipelineRun): Promise<PipelineRun> {
  try {
    return await kubernetes.create(pipelineRuns, run)
  } catch (error) {
    if (!isAlreadyExists(error)) throw error
  }
  const { namespace, name } = run.metadata
  const existing = await kubernetes.get<PipelineRun>(pipelineRuns, { namespace, name })
  if (existing === undefined)
    throw new Fault('unavailable', `PipelineRun ${namespace}/${name} was deleted meanwhile`)
  if (isSame(existing, run)) return existing
  const why = 'exists already and is not this remediation'
  throw new Fault('impossible', `PipelineRun ${namespace}/${name} ${why}`)
}
