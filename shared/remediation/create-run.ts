// From a decision to a PipelineRun, straight from the bundle.

import { hashOf } from '../events/identity.ts'
import type { Kubernetes } from '../kubernetes/client.ts'
import { isAlreadyExists } from '../kubernetes/errors.ts'
import { pipelineRuns } from '../kubernetes/resources.ts'
import type { Playbook, Release } from '../playbook/playbook.ts'
import { Fault } from '../runtime/fault.ts'
import { ANNOTATION, LABEL, type ParamValue, type PipelineRun, runName } from './marks.ts'
import { type Target, targetHash, targetKey } from './target.ts'

/** All that a run is made of. */
export interface Remediation {
  readonly correlationId: string
  readonly analysis: { readonly source: string; readonly id: string }
  readonly playbook: Playbook
  readonly release: Release
  readonly target: Target
  readonly values: Readonly<Record<string, ParamValue>>
}

/** Why a run may not start at once. */
export interface Waiting {
  readonly for: 'queue' | 'approval'
  readonly since: number
  readonly why: string
}

function resolverParams({ playbook, release }: Remediation): { name: string; value: string }[] {
  const secret = playbook.spec.imagePullSecrets?.[0]?.name
  const account = playbook.spec.serviceAccountName
  return [
    { name: 'bundle', value: release.bundle },
    { name: 'name', value: release.pipeline },
    { name: 'kind', value: 'pipeline' },
    ...(secret === undefined ? [] : [{ name: 'secret', value: secret }]),
    ...(account === undefined ? [] : [{ name: 'serviceAccount', value: account }]),
  ]
}

/** The PipelineRun (tekton.dev/v1) of a remediation: https://tekton.dev/docs/pipelines/pipelineruns/#remote-pipelines */
export function pipelineRunOf(remediation: Remediation, waiting?: Waiting): PipelineRun {
  const { correlationId, playbook, release, target, values, analysis } = remediation
  const { timeout, serviceAccountName, cooldown } = playbook.spec
  const spec: PipelineRun['spec'] = {
    pipelineRef: { resolver: 'bundles', params: resolverParams(remediation) },
    params: Object.entries(values).map(([name, value]) => ({ name, value })),
    ...(timeout === undefined ? {} : { timeouts: { pipeline: timeout } }),
    ...(serviceAccountName === undefined ? {} : { taskRunTemplate: { serviceAccountName } }),
  }
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'PipelineRun',
    metadata: {
      name: runName(correlationId),
      namespace: playbook.metadata.namespace ?? 'default',
      labels: {
        [LABEL.playbook]: hashOf(playbook.metadata.name),
        [LABEL.correlation]: correlationId,
        [LABEL.target]: targetHash(target),
        [LABEL.lock]: waiting === undefined ? 'held' : 'waiting',
        [LABEL.told]: 'no',
        ...(waiting === undefined ? {} : { [LABEL.waiting]: waiting.for }),
      },
      annotations: {
        [LABEL.playbook]: playbook.metadata.name,
        [ANNOTATION.version]: release.version,
        [ANNOTATION.digest]: release.digest,
        [ANNOTATION.schemaDigest]: release.schemaDigest,
        [ANNOTATION.target]: targetKey(target),
        [ANNOTATION.analysis]: `${analysis.source} ${analysis.id}`,
        [ANNOTATION.specHash]: hashOf(JSON.stringify(spec)),
        ...(cooldown === undefined ? {} : { [ANNOTATION.cooldown]: cooldown }),
        ...(waiting === undefined
          ? {}
          : { [ANNOTATION.queuedAt]: String(waiting.since), [ANNOTATION.waitsFor]: waiting.why }),
      },
    },
    spec: waiting === undefined ? spec : { status: 'PipelineRunPending', ...spec },
  }
}

/** Creates the run, or finds the same one made before; another one under its name is a Fault, never overwritten. */
export async function createPipelineRun(kubernetes: Kubernetes, run: PipelineRun): Promise<PipelineRun> {
  try {
    return await kubernetes.create(pipelineRuns, run)
  } catch (error) {
    if (!isAlreadyExists(error)) throw error
    const { namespace, name } = run.metadata
    const existing = await kubernetes.get<PipelineRun>(pipelineRuns, { namespace, name })
    if (existing === undefined)
      throw new Fault('unavailable', `PipelineRun ${namespace}/${name} was deleted meanwhile`)
    const same = [LABEL.correlation].every(
      label => existing.metadata.labels?.[label] === run.metadata.labels?.[label],
    )
    const hash = ANNOTATION.specHash
    if (!same || existing.metadata.annotations?.[hash] !== run.metadata.annotations?.[hash])
      throw new Fault(
        'impossible',
        `PipelineRun ${namespace}/${name} exists already and is not this remediation`,
      )
    return existing
  }
}
