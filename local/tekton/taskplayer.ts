// Reconciles TaskRuns: moves each to its next stage when its time has come.

import { pipelineRuns, taskRuns } from '../../shared/kubernetes/resources.ts'
import { taskNameOf } from './children.ts'
import { cancelled, deadlineOf, late } from './deadline.ts'
import { ended, pending, running, type StatusPatch, stopped, taskSpecOf } from './perform.ts'
import { type Task, type TaskSpec, tasks } from './pipeline.ts'
import { endingOf, findScript, type TaskScript } from './play.ts'
import type { PipelineRun, TaskRun } from './run.ts'
import { isFinished, succeeded } from './status.ts'
import { type Key, keyOf, timestamp, type World } from './world.ts'

/** Moves one TaskRun on; answers in how many milliseconds to look again. */
type TaskPlayer = (key: Key) => Promise<number | undefined>

async function write(world: World, taskRun: TaskRun, status: StatusPatch): Promise<undefined> {
  const { resourceVersion } = taskRun.metadata
  const options = { subresource: 'status', resourceVersion } as const
  await world.kubernetes.patch(taskRuns, keyOf(taskRun), { status }, options)
  return undefined
}

async function findSpec(world: World, taskRun: TaskRun): Promise<TaskSpec | undefined> {
  const { taskSpec, taskRef } = taskRun.spec
  if (taskSpec !== undefined || taskRef?.name === undefined) return taskSpec ?? {}
  const { namespace } = taskRun.metadata
  return (await world.kubernetes.get<Task>(tasks, { namespace, name: taskRef.name }))?.spec
}

async function admit(world: World, taskRun: TaskRun, now: string): Promise<undefined> {
  const spec = await findSpec(world, taskRun)
  if (spec !== undefined) return write(world, taskRun, pending(taskRun, taskSpecOf(taskRun, spec), now))
  const { name } = taskRun.spec.taskRef ?? {}
  const message = `failed to get task: tasks.tekton.dev ${JSON.stringify(name)} not found`
  return write(
    world,
    taskRun,
    stopped(taskRun, { status: 'False', reason: 'TaskRunResolutionFailed', message }, now),
  )
}

/** The PipelineRun that a TaskRun belongs to; undefined where it belongs to none, null where that one is gone. */
async function ownerOf(world: World, taskRun: TaskRun): Promise<PipelineRun | undefined | null> {
  const { namespace, ownerReferences = [] } = taskRun.metadata
  const owner = ownerReferences.find(({ kind }) => kind === 'PipelineRun')
  if (owner === undefined) return undefined
  const run = await world.kubernetes.get<PipelineRun>(pipelineRuns, { namespace, name: owner.name })
  return run?.metadata.uid === owner.uid ? run : null
}

/** The caller's script for this task; a TaskRun without a PipelineRun is played plainly. */
async function scriptFor(world: World, run: PipelineRun | undefined, taskRun: TaskRun): Promise<TaskScript> {
  if (run === undefined) return {}
  const pipeline = run.metadata.labels?.['tekton.dev/pipeline'] ?? ''
  return findScript(await world.play(run), pipeline, taskNameOf(taskRun))
}

/** The player remembers only when each TaskRun started, more exactly than its status says; a restart reads the status. */
export function createTaskPlayer(world: World): TaskPlayer {
  const starts = new Map<string, number>()

  async function finish(taskRun: TaskRun): Promise<number | undefined> {
    const owner = await ownerOf(world, taskRun)
    // The garbage collector takes what a deleted run leaves; until then nothing happens to it.
    if (owner === null) return undefined
    const script = await scriptFor(world, owner, taskRun)
    const now = world.clock.now()
    const uid = taskRun.metadata.uid ?? ''
    const startedAt = taskRun.status?.steps?.[0]?.running?.startedAt ?? timestamp(now)
    const due = (starts.get(uid) ?? Date.parse(startedAt)) + (script.durationMs ?? world.durationMs)
    if (due > now.getTime()) return due - now.getTime()
    starts.delete(uid)
    const attempt = taskRun.status?.retriesStatus?.length ?? 0
    const ending = endingOf(taskRun.status?.taskSpec ?? {}, script, attempt)
    return write(world, taskRun, ended(taskRun, ending, timestamp(now)))
  }

  async function run(taskRun: TaskRun, now: Date): Promise<undefined> {
    starts.set(taskRun.metadata.uid ?? '', now.getTime())
    return write(world, taskRun, running(taskRun, timestamp(now)))
  }

  async function move(taskRun: TaskRun, now: Date): Promise<number | undefined> {
    switch (succeeded(taskRun)?.reason) {
      case 'Pending':
        return run(taskRun, now)
      case 'Running':
        return finish(taskRun)
      default:
        return admit(world, taskRun, timestamp(now))
    }
  }

  return async key => {
    const taskRun = await world.kubernetes.get<TaskRun>(taskRuns, key)
    if (taskRun === undefined || isFinished(taskRun)) return undefined
    const now = world.clock.now()
    if (taskRun.spec.status === 'TaskRunCancelled')
      return write(world, taskRun, stopped(taskRun, cancelled(taskRun), timestamp(now)))
    const deadline = deadlineOf(taskRun)
    if (deadline !== undefined && deadline < now.getTime())
      return write(world, taskRun, stopped(taskRun, late(taskRun), timestamp(now)))
    const wait = await move(taskRun, now)
    return wait === undefined || deadline === undefined ? wait : Math.min(wait, deadline - now.getTime() + 1)
  }
}
