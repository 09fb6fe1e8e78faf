// Finds the Pipeline that a run names: in its status, in the run itself, in the namespace, or through a resolver.

import { isAlreadyExists } from '../../shared/kubernetes/errors.ts'
import { type ObjectMeta, resolutionRequests } from '../../shared/kubernetes/resources.ts'
import type { ResolutionRequest } from '../../shared/resolution/request.ts'
import type { RefSource } from '../../shared/resolution/resolver.ts'
import { refusePipeline } from './admission.ts'
import { decodePipeline, InvalidPipeline, pipelineSpecDefaults } from './decode.ts'
import { resolutionRequestName } from './names.ts'
import { type Pipeline, type PipelineSpec, pipelines } from './pipeline.ts'
import type { PipelineRun } from './run.ts'
import { isFinished, succeeded } from './status.ts'
import { paramVariables, substituteParams } from './substitute.ts'
import { ownedBy } from './taskrun.ts'
import { type Refusal, userError } from './validate.ts'
import { keyOf, type World } from './world.ts'

type Found =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | {
      readonly kind: 'found'
      readonly metadata: Partial<ObjectMeta>
      readonly spec: PipelineSpec
      readonly refSource?: RefSource | undefined
    }

function couldNotGet(run: PipelineRun, cause: string): Found {
  const { namespace, name } = run.metadata
  const message = `Error retrieving pipeline for pipelinerun ${namespace}/${name}: ${cause}`
  return { kind: 'refused', refusal: { reason: 'CouldntGetPipeline', message } }
}

async function findLocal(world: World, run: PipelineRun, name: string): Promise<Found> {
  const { namespace } = run.metadata
  const pipeline = await world.kubernetes.get<Pipeline>(pipelines, { namespace, name })
  if (pipeline !== undefined)
    return { kind: 'found', metadata: pipeline.metadata, spec: pipelineSpecDefaults(pipeline.spec) }
  return couldNotGet(
    run,
    `error when getting Pipeline for PipelineRun ${run.metadata.name}: tekton client cannot get pipeline ${name} ` +
      `from local cluster: pipelines.tekton.dev ${JSON.stringify(name)} not found`,
  )
}

/** What was fetched must pass the webhook, as if it were created in the run's namespace. */
function admit(run: PipelineRun, text: string, refSource: RefSource | undefined): Found {
  let pipeline: Pipeline
  try {
    pipeline = decodePipeline(text)
  } catch (error) {
    if (!(error instanceof InvalidPipeline)) throw error
    const cause = error.message.startsWith('invalid runtime')
      ? `resolver failed to get Pipeline : ${error.message}`
      : error.message
    return couldNotGet(run, cause)
  }
  const spec = pipelineSpecDefaults(pipeline.spec)
  const fault = refusePipeline(spec)
  if (fault === undefined) return { kind: 'found', metadata: pipeline.metadata, spec, refSource }
  const message =
    `Failed dryRunValidation for PipelineRun ${run.metadata.name}: failed to read runtime object as Pipeline: ` +
    `validation failed for referenced object ${pipeline.metadata.name}: ${fault}`
  return { kind: 'refused', refusal: { reason: 'PipelineValidationFailed', message: userError(message) } }
}

function buildRequest(run: PipelineRun, resolver: string): ResolutionRequest & { metadata: ObjectMeta } {
  const { namespace, name } = run.metadata
  const variables = paramVariables([], run.spec.params ?? [])
  const context = new Map([
    ...variables,
    ['context.pipelineRun.name', name],
    ['context.pipelineRun.namespace', namespace ?? ''],
    ['context.pipelineRun.uid', run.metadata.uid ?? ''],
  ])
  const params = substituteParams(run.spec.pipelineRef?.params ?? [], context)
  return {
    apiVersion: 'resolution.tekton.dev/v1beta1',
    kind: 'ResolutionRequest',
    metadata: {
      name: resolutionRequestName(resolver, `${namespace}/${name}`, params),
      ...(namespace === undefined ? {} : { namespace }),
      labels: { 'resolution.tekton.dev/type': resolver },
      ownerReferences: [ownedBy(run)],
    },
    spec: { params },
  }
}

async function findRemote(world: World, run: PipelineRun, resolver: string): Promise<Found> {
  const wanted = buildRequest(run, resolver)
  const request = await world.kubernetes.get<ResolutionRequest>(resolutionRequests, keyOf(wanted))
  if (request === undefined) {
    await world.kubernetes.create(resolutionRequests, wanted).catch(error => {
      if (!isAlreadyExists(error)) throw error
    })
    return { kind: 'waiting' }
  }
  if (!isFinished(request)) return { kind: 'waiting' }
  const condition = succeeded(request)
  if (condition?.status === 'True') {
    const text = Buffer.from(request.status?.data ?? '', 'base64').toString('utf8')
    return admit(run, text, request.status?.refSource ?? undefined)
  }
  const cause = condition?.message ?? ''
  return couldNotGet(run, `resolver failed to get Pipeline : error requesting remote resource: ${cause}`)
}

/**
 * One look for the Pipeline (https://tekton.dev/docs/pipelines/pipelineruns/#specifying-the-target-pipeline); `waiting`
 * until the ResolutionRequest, created here when there is none, is finished.
 */
export async function findPipeline(world: World, run: PipelineRun): Promise<Found> {
  const { pipelineRef, pipelineSpec } = run.spec
  if (pipelineRef?.name !== undefined && pipelineRef.name !== '')
    return findLocal(world, run, pipelineRef.name)
  if (pipelineSpec !== undefined)
    return { kind: 'found', metadata: { name: run.metadata.name }, spec: pipelineSpecDefaults(pipelineSpec) }
  if (pipelineRef?.resolver !== undefined) return findRemote(world, run, pipelineRef.resolver)
  return couldNotGet(run, `pipelineRun ${run.metadata.name} not providing PipelineRef or PipelineSpec`)
}
