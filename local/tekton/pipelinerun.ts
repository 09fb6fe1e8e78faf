// Reconciles one PipelineRun: everything is read again, at most one status is written, and the same again changes nothing.

import { pipelineRuns } from '../../shared/kubernetes/resources.ts'
import { advance } from './advance.ts'
import { cancelTasks, taskRunsOf } from './children.ts'
import { FEATURE_FLAGS } from './flags.ts'
import type { PipelineSpec } from './pipeline.ts'
import { prepare } from './prepare.ts'
import { findPipeline } from './resolve.ts'
import type { PipelineRun, PipelineRunStatus } from './run.ts'
import { isFinished } from './status.ts'
import { CANCELLED_BY_RUN } from './taskrun.ts'
import { nextLimit } from './timeouts.ts'
import type { Refusal } from './validate.ts'
import { type Key, timestamp, type World } from './world.ts'
import { mergedMetadata, writeRun } from './write.ts'

/** A ResolutionRequest's end wakes the run; this is only in case the word is lost. */
const RESOLUTION_CHECK_MS = 1000

function withStart(run: PipelineRun, now: string): PipelineRun & { status: PipelineRunStatus } {
  const created = run.metadata.creationTimestamp
  const startTime = created !== undefined && created > now ? created : now
  return { ...run, status: { startTime, ...run.status } }
}

async function fail(world: World, run: PipelineRun, refusal: Refusal): Promise<undefined> {
  const status = run.status?.startTime === undefined ? {} : { startTime: run.status.startTime }
  await writeRun(world, run, { verdict: { status: 'False', ...refusal }, status })
  return undefined
}

async function cancel(world: World, run: PipelineRun & { status: PipelineRunStatus }): Promise<undefined> {
  await cancelTasks(world, await taskRunsOf(world, run), CANCELLED_BY_RUN)
  return fail(world, run, {
    reason: 'Cancelled',
    message: `PipelineRun "${run.metadata.name}" was cancelled`,
  })
}

async function wait(world: World, run: PipelineRun & { status: PipelineRunStatus }): Promise<number> {
  const { namespace, name } = run.metadata
  const message = `PipelineRun ${namespace}/${name} awaiting remote resource`
  const { startTime } = run.status
  await writeRun(world, run, {
    verdict: { status: 'Unknown', reason: 'ResolvingPipelineRef', message },
    status: startTime === undefined ? {} : { startTime },
  })
  return RESOLUTION_CHECK_MS
}

/** From the first look at the Pipeline on, its specification in the status is the truth. */
async function begin(
  world: World,
  run: PipelineRun & { status: PipelineRunStatus },
): Promise<number | undefined> {
  const found = await findPipeline(world, run)
  if (found.kind === 'waiting') return wait(world, run)
  if (found.kind === 'refused') return fail(world, run, found.refusal)
  const { metadata, spec, refSource } = found
  const name = metadata.name ?? run.metadata.name
  const merged = mergedMetadata(run, metadata)
  const provenance = { ...(refSource === undefined ? {} : { refSource }), featureFlags: FEATURE_FLAGS }
  const known = (pipelineSpec: PipelineSpec): PipelineRun & { status: PipelineRunStatus } => ({
    ...run,
    metadata: { ...run.metadata, ...merged } as PipelineRun['metadata'],
    status: { ...run.status, pipelineSpec, provenance },
  })
  const prepared = await prepare(world, run, { spec, name })
  if (prepared.kind === 'refused') {
    const status = known(spec).status
    await writeRun(world, run, { verdict: { status: 'False', ...prepared.refusal }, status, ...merged })
    return undefined
  }
  return proceed(world, run, known(prepared.spec))
}

/** `stored` is what the API server has, `run` what is known by now; the difference is written. */
async function proceed(
  world: World,
  stored: PipelineRun,
  run: PipelineRun & { status: PipelineRunStatus },
): Promise<number | undefined> {
  const { verdict, status } = await advance(world, run)
  const { labels, annotations } = run.metadata
  await writeRun(world, stored, { verdict, status, labels, annotations })
  return verdict.status === 'Unknown' ? nextLimit({ ...run, status }, world.clock.now().getTime()) : undefined
}

/** One pass over a run; answers in how many milliseconds to look again (https://tekton.dev/docs/pipelines/pipelineruns/). */
export async function reconcilePipelineRun(world: World, key: Key): Promise<number | undefined> {
  const stored = await world.kubernetes.get<PipelineRun>(pipelineRuns, key)
  if (stored === undefined || stored.metadata.deletionTimestamp !== undefined || isFinished(stored))
    return undefined
  if (stored.spec.status === 'PipelineRunPending') {
    const message = `PipelineRun "${key.name}" is pending`
    await writeRun(world, stored, { verdict: { status: 'Unknown', reason: 'PipelineRunPending', message } })
    return undefined
  }
  const run = withStart(stored, timestamp(world.clock.now()))
  if (stored.spec.status === 'Cancelled') return cancel(world, run)
  return run.status.pipelineSpec === undefined ? begin(world, run) : proceed(world, stored, run)
}
