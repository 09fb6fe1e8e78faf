// Remediations for tests: analyses of a broken Deployment, the runs they lead to, and how those end.

import { execute } from '../../functions/execute/index.ts'
import { validate } from '../../functions/validate/index.ts'
import { placeTarget } from '../../local/world/place-target.ts'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { pipelineRuns } from '../../shared/kubernetes/resources.ts'
import { readLock } from '../../shared/remediation/lock.ts'
import type { LockState } from '../../shared/remediation/lock-state.ts'
import { endingOf, isPending, LABEL, type PipelineRun } from '../../shared/remediation/marks.ts'
import { targetHash, targetKey } from '../../shared/remediation/target.ts'
import type { Services } from '../../shared/runtime/function.ts'
import { analysisEvent, runOf } from './events.ts'
import { type Stage, SYSTEM, TENANT } from './stage.ts'

function deployment(name: string): { kind: string; name: string; namespace: string } {
  return { kind: 'Deployment', name, namespace: 'shop' }
}

/** What an analysis service says of a Deployment that the playbook is to scale. */
export function analysis(playbook: string, target = 'web', more: object = {}): object {
  return {
    root_cause_analysis: { remediation_target: deployment(target) },
    selected_workflow: { workflow_id: playbook, confidence: 0.9, parameters: { REPLICAS: 3 } },
    ...more,
  }
}

/** The event with which `validate` answers an analysis of something that exists. */
export async function validated(stage: Stage, id: string, data: unknown): Promise<CloudEvent> {
  await placeTarget(stage, data)
  const reply = await validate.create(stage.services)(analysisEvent(id, data))
  if (reply === undefined) throw new Error('validate always answers')
  return reply
}

export interface Begun {
  readonly event: CloudEvent
  readonly reply: CloudEvent | undefined
  readonly run: string
}

/** Takes an analysis as far as `execute` takes it. */
export async function begin(stage: Stage, id: string, data: unknown): Promise<Begun> {
  const event = await validated(stage, id, data)
  const reply = await deliver(stage, event)
  return { event, reply, run: runOf({ source: '/analysis-service', id }) }
}

/** Delivers an event and waits for what goes on after the reply. */
export async function deliver(
  stage: Stage,
  event: CloudEvent,
  services: Services = stage.services,
): Promise<CloudEvent | undefined> {
  try {
    return await execute.create(services)(event)
  } finally {
    await services.background.idle()
  }
}

export async function runs(stage: Stage): Promise<readonly PipelineRun[]> {
  return (await stage.kubernetes.list<PipelineRun>(pipelineRuns)).items
}

export async function readRun(stage: Stage, name: string): Promise<PipelineRun> {
  const run = await stage.kubernetes.get<PipelineRun>(pipelineRuns, { namespace: TENANT, name })
  if (run === undefined) throw new Error(`PipelineRun ${name} does not exist`)
  return run
}

export function removeRun(stage: Stage, name: string): Promise<void> {
  return stage.kubernetes.remove(pipelineRuns, { namespace: TENANT, name })
}

/** What a person does to let a waiting run go. */
export function release(stage: Stage, name: string): Promise<PipelineRun> {
  return stage.kubernetes.patch(pipelineRuns, { namespace: TENANT, name }, { spec: { status: null } })
}

function isRunning(run: PipelineRun): boolean {
  return !isPending(run) && endingOf(run) === undefined
}

function namesOf(all: readonly PipelineRun[]): string[] {
  return all.map(run => run.metadata.name)
}

/** Those that Tekton would be running now. */
export async function running(stage: Stage): Promise<string[]> {
  return namesOf((await runs(stage)).filter(isRunning))
}

/** All runs of a Deployment in `shop`. */
async function objectsOn(stage: Stage, target: string): Promise<readonly PipelineRun[]> {
  const labelSelector = `${LABEL.target}=${targetHash(deployment(target))}`
  return (await stage.kubernetes.list<PipelineRun>(pipelineRuns, { labelSelector })).items
}

export async function runsOn(stage: Stage, target: string): Promise<string[]> {
  return namesOf(await objectsOn(stage, target))
}

export async function runningOn(stage: Stage, target: string): Promise<string[]> {
  return namesOf((await objectsOn(stage, target)).filter(isRunning))
}

/** Ends a run as Tekton would: `True` for success, else `False` with a reason. */
export async function finish(stage: Stage, name: string, reason = 'Succeeded'): Promise<PipelineRun> {
  const time = new Date(stage.clock.now()).toISOString()
  const status = reason === 'Succeeded' ? 'True' : 'False'
  const conditions = [{ type: 'Succeeded', status, reason, message: `The run ended: ${reason}` }]
  const patch = { status: { conditions, startTime: time, completionTime: time } }
  const key = { namespace: TENANT, name }
  return stage.kubernetes.patch<PipelineRun>(pipelineRuns, key, patch, { subresource: 'status' })
}

/** The lock of a Deployment in `shop`. */
export function lockOn(stage: Stage, target = 'web'): Promise<LockState> {
  const object = deployment(target)
  const lock = { namespace: SYSTEM, targetHash: targetHash(object), targetKey: targetKey(object) }
  return readLock(stage.kubernetes, lock)
}
