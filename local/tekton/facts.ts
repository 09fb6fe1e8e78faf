// What is known about the tasks of a running Pipeline, and the variables that follow from it; pure.

import { resultReferences } from './graph.ts'
import type { ParamValue, PipelineSpec, PipelineTask } from './pipeline.ts'
import { substitute, substituteParams, type Variables } from './substitute.ts'

/** How far a task's TaskRun is; `timedOut` was cancelled because its PipelineRun ran out of time. */
export type Outcome = 'none' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'timedOut'

export interface TaskState {
  readonly outcome: Outcome
  readonly reason?: string | undefined
  readonly results?: Readonly<Record<string, ParamValue>>
}

export interface Facts {
  readonly spec: PipelineSpec
  readonly states: ReadonlyMap<string, TaskState>
  readonly specStatus?: string | undefined
  readonly timedOut: { readonly pipeline: boolean; readonly tasks: boolean; readonly finally: boolean }
}

const NOTHING: TaskState = { outcome: 'none' }

export function stateOf(facts: Facts, name: string): TaskState {
  return facts.states.get(name) ?? NOTHING
}

export function hasEnded({ outcome }: TaskState): boolean {
  return outcome !== 'none' && outcome !== 'running'
}

export function hasFailed(state: TaskState): boolean {
  return hasEnded(state) && state.outcome !== 'succeeded'
}

/** `tasks.<name>.results.<result>` of every task that reported some. */
export function resultVariables(facts: Facts): Map<string, ParamValue> {
  const variables = new Map<string, ParamValue>()
  for (const [name, { results }] of facts.states)
    for (const [result, value] of Object.entries(results ?? {}))
      variables.set(`tasks.${name}.results.${result}`, value)
  return variables
}

/** A task's end in a word, for `$(tasks.<name>.status)` (https://tekton.dev/docs/pipelines/pipelines/#using-execution-status-of-pipelinetask). */
function statusWord(state: TaskState): string {
  if (state.outcome === 'succeeded') return 'Succeeded'
  return hasFailed(state) ? 'Failed' : 'None'
}

/** What only `finally` tasks may ask: how each task, and all of them, ended. */
export function executionVariables(facts: Facts, skipped: ReadonlyMap<string, string>): Variables {
  const variables = new Map<string, ParamValue>()
  const tasks = facts.spec.tasks ?? []
  for (const { name } of tasks) {
    variables.set(`tasks.${name}.status`, statusWord(stateOf(facts, name)))
    variables.set(`tasks.${name}.reason`, stateOf(facts, name).reason ?? '')
  }
  const failed = tasks.some(({ name }) => hasFailed(stateOf(facts, name)))
  variables.set('tasks.status', failed ? 'Failed' : skipped.size > 0 ? 'Completed' : 'Succeeded')
  return variables
}

/** A task with variables replaced everywhere; array results may become whole parameters. */
export function withVariables(task: PipelineTask, variables: Variables): PipelineTask {
  const replaced = substitute(task, variables)
  return task.params === undefined
    ? replaced
    : { ...replaced, params: substituteParams(task.params, variables) }
}

/** Tekton's sentence about a result that a task needs and that its source does not have. */
export function findMissingResult(task: PipelineTask, facts: Facts): string | undefined {
  for (const { task: name, result } of resultReferences(task)) {
    const { outcome, results } = stateOf(facts, name)
    if (results !== undefined && Object.hasOwn(results, result)) continue
    return outcome === 'succeeded'
      ? `task "${name}" completed successfully but did not emit the result "${result}", which is referenced by task "${task.name}"`
      : `Invalid task result reference: Could not find result with name ${result} for pipeline task ${name}`
  }
  return undefined
}
