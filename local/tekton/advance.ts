// Moves a started PipelineRun on: stops what ran out of time, starts what is ready, and says where it stands.

import { formatDuration } from '../../shared/runtime/duration.ts'
import { cancelTasks, ensureTaskRun, taskNameOf, taskRunsOf } from './children.ts'
import { type Facts, resultVariables, type TaskState } from './facts.ts'
import type { PipelineSpec, PipelineTask } from './pipeline.ts'
import { type Plan, planTasks } from './plan.ts'
import type { ChildReference, PipelineRun, PipelineRunStatus, Result, SkippedTask, TaskRun } from './run.ts'
import { SKIP } from './skip.ts'
import { type Verdict, verdictOf } from './status.ts'
import { substitute, variablesIn } from './substitute.ts'
import { buildTaskRun, CANCELLED_BY_RUN, CANCELLED_BY_TIMEOUT, stateOfTaskRun } from './taskrun.ts'
import { type Overrun, overrunOf, timeoutsOf } from './timeouts.ts'
import { timestamp, type World } from './world.ts'

type StartedRun = PipelineRun & { readonly status: PipelineRunStatus }

function factsOf(run: StartedRun, children: readonly TaskRun[], timedOut: Overrun): Facts {
  return {
    spec: run.status.pipelineSpec ?? {},
    states: new Map(children.map((child): [string, TaskState] => [taskNameOf(child), stateOfTaskRun(child)])),
    specStatus: run.spec.status,
    timedOut,
  }
}

function allTasks({ tasks = [], finally: last = [] }: PipelineSpec): PipelineTask[] {
  return [...tasks, ...last]
}

/** Which TaskRuns must stop now, and the message they are stopped with. */
async function stopTasks(
  world: World,
  run: StartedRun,
  { children, over }: { readonly children: readonly TaskRun[]; readonly over: Overrun },
): Promise<void> {
  const last = new Set((run.status.pipelineSpec?.finally ?? []).map(({ name }) => name))
  const isLast = (child: TaskRun): boolean => last.has(taskNameOf(child))
  const first = children.filter(child => !isLast(child))
  if (run.spec.status === 'CancelledRunFinally') await cancelTasks(world, first, CANCELLED_BY_RUN)
  if (over.pipeline) await cancelTasks(world, children, CANCELLED_BY_TIMEOUT)
  if (over.tasks) await cancelTasks(world, first, CANCELLED_BY_TIMEOUT)
  if (over.finally) await cancelTasks(world, children.filter(isLast), CANCELLED_BY_TIMEOUT)
}

function childReferences(spec: PipelineSpec, children: readonly TaskRun[]): ChildReference[] {
  return allTasks(spec).flatMap(task =>
    children
      .filter(child => taskNameOf(child) === task.name)
      .map(child => ({
        apiVersion: 'tekton.dev/v1',
        kind: 'TaskRun',
        name: child.metadata.name,
        pipelineTaskName: task.name,
        ...(task.when === undefined ? {} : { whenExpressions: task.when }),
      })),
  )
}

function skippedTasks(spec: PipelineSpec, plan: Plan): SkippedTask[] {
  const last = new Set((spec.finally ?? []).map(({ name }) => name))
  return allTasks(spec).flatMap(({ name, when }) => {
    const reason = plan.skipped.get(name)
    if (reason === undefined) return []
    const shown = when !== undefined && (reason === SKIP.when || !last.has(name))
    return [{ name, reason, ...(shown ? { whenExpressions: when } : {}) }]
  })
}

/** The Pipeline's results that all its tasks' results are there for (https://tekton.dev/docs/pipelines/pipelines/#emitting-results-from-a-pipeline). */
function resultsOf(facts: Facts): Result[] {
  const variables = resultVariables(facts)
  return (facts.spec.results ?? []).flatMap(({ name, value }) => {
    const filled = substitute(value, variables)
    return variablesIn(filled).length > 0 ? [] : [{ name, value: filled }]
  })
}

function timedOutVerdict(run: StartedRun, facts: Facts, plan: Plan): Verdict | undefined {
  const { pipeline, tasks } = timeoutsOf(run)
  const fail = (message: string): Verdict => ({ status: 'False', reason: 'PipelineRunTimeout', message })
  const who = `PipelineRun "${run.metadata.name}" failed`
  if (facts.timedOut.pipeline) return fail(`${who} to finish within "${formatDuration(pipeline ?? 0)}"`)
  const finallyOpen = (facts.spec.finally ?? []).length > 0 && !plan.finallyDone
  if (!facts.timedOut.tasks || finallyOpen) return undefined
  return fail(`${who} due to tasks failed to finish within "${formatDuration(tasks ?? 0)}"`)
}

async function startTasks(
  world: World,
  run: StartedRun,
  { facts, plan }: { readonly facts: Facts; readonly plan: Plan },
): Promise<TaskRun[]> {
  const created: TaskRun[] = []
  for (const task of plan.ready) created.push(await ensureTaskRun(world, run, buildTaskRun(run, task, facts)))
  return created
}

function finallyStart(run: StartedRun, plan: Plan, now: string): string | undefined {
  const last = new Set((run.status.pipelineSpec?.finally ?? []).map(({ name }) => name))
  return run.status.finallyStartTime ?? (plan.ready.some(({ name }) => last.has(name)) ? now : undefined)
}

/** One pass over the tasks: the new status without its condition, and the verdict for it. */
export async function advance(
  world: World,
  run: StartedRun,
): Promise<{ verdict: Verdict; status: PipelineRunStatus }> {
  const now = world.clock.now()
  const over = overrunOf(run, now.getTime())
  const known = await taskRunsOf(world, run)
  await stopTasks(world, run, { children: known, over })
  const before = factsOf(run, known, over)
  const next = planTasks(before)
  const children = [...known, ...(await startTasks(world, run, { facts: before, plan: next }))]
  const facts = factsOf(run, children, over)
  const plan = planTasks(facts)
  const verdict = timedOutVerdict(run, facts, plan) ?? verdictOf(run.metadata.name, facts, plan)
  const finallyStartTime = finallyStart(run, next, timestamp(now))
  const skipped = skippedTasks(facts.spec, plan)
  const results = verdict.status === 'Unknown' ? [] : resultsOf(facts)
  return {
    verdict,
    status: {
      ...run.status,
      childReferences: childReferences(facts.spec, children),
      ...(skipped.length === 0 ? {} : { skippedTasks: skipped }),
      ...(finallyStartTime === undefined ? {} : { finallyStartTime }),
      ...(results.length === 0 ? {} : { results }),
    },
  }
}
