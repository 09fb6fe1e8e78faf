// What Tekton checks of a run against its Pipeline before anything starts, with its reasons and sentences; pure.

import { goList, missingKeys, missingParams, mistypedParams } from './declared.ts'
import { dependenciesOf, findGraphFault, resultReferences } from './graph.ts'
import type { Param, PipelineSpec, PipelineTask, TaskSpec } from './pipeline.ts'

/** A reason to fail the PipelineRun for good (https://tekton.dev/docs/pipelines/pipelineruns/#monitoring-execution-status). */
export interface Refusal {
  readonly reason: string
  readonly message: string
}

/** Who is checked against what: `namespace/name` of the run and of its Pipeline. */
interface Subject {
  readonly namespace: string
  readonly run: string
  readonly pipeline: string
}

const USER_ERROR = '[User error] '

export function userError(message: string): string {
  return USER_ERROR + message
}

/** The order of the tasks. */
export function checkGraph({ namespace, run }: Subject, spec: PipelineSpec): Refusal | undefined {
  const tasks = spec.tasks ?? []
  const graph = findGraphFault(tasks, dependenciesOf(tasks))
  if (graph === undefined) return undefined
  const message = userError(`PipelineRun ${namespace}/${run}'s Pipeline DAG is invalid: ${graph}`)
  return { reason: 'PipelineInvalidGraph', message }
}

/** The run's parameters; the first fault found is the verdict, as in Tekton. */
export function checkParams(
  subject: Subject,
  spec: PipelineSpec,
  params: readonly Param[],
): Refusal | undefined {
  const run = `PipelineRun ${subject.namespace}/${subject.run}`
  const pipeline = `Pipeline ${subject.namespace}/${subject.pipeline}`
  const specs = spec.params ?? []
  const missing = missingParams(specs, params)
  if (missing.length > 0)
    return {
      reason: 'ParameterMissing',
      message: userError(
        `${run} is missing some parameters required by ${pipeline}: pipelineRun missing parameters: ${goList(missing)}`,
      ),
    }
  const mistyped = mistypedParams(specs, params)
  if (mistyped.length > 0)
    return {
      reason: 'ParameterTypeMismatch',
      message: userError(
        `${run} parameters have mismatching types with ${pipeline}'s parameters: parameters have inconsistent types : ${goList(mistyped)}`,
      ),
    }
  const keys = missingKeys(specs, params)
  if (keys.length === 0) return undefined
  return {
    reason: 'ObjectParameterMissKeys',
    message: userError(
      `${run} parameters is missing object keys required by ${pipeline}'s parameters: pipelineRun missing object keys for parameters: map${goList(keys)}`,
    ),
  }
}

/** A task's own parameters against what the PipelineTask passes; a reference to an array result is typed later. */
function findTaskFault(spec: TaskSpec, task: PipelineTask): string | undefined {
  const specs = spec.params ?? []
  const params = task.params ?? []
  const missing = missingParams(specs, params)
  if (missing.length > 0)
    return `missing values for these params which have no default values: ${goList(missing)}`
  const settled = params.filter(({ value }) => typeof value !== 'string' || !value.includes('$('))
  const mistyped = mistypedParams(specs, settled)
  if (mistyped.length > 0) return `param types don't match the user-specified type: ${goList(mistyped)}`
  const keys = missingKeys(specs, params)
  if (keys.length > 0)
    return `missing keys for these params which are required in ParamSpec's properties map${goList(keys)}`
  return undefined
}

/** Each task's specification, by task name, as found in the Pipeline or the cluster. */
type TaskSpecs = ReadonlyMap<string, TaskSpec>

/** The tasks' parameters, and the results they ask of each other. */
export function checkTasks(
  run: string,
  tasks: readonly PipelineTask[],
  specs: TaskSpecs,
): Refusal | undefined {
  for (const task of tasks) {
    const fault = findTaskFault(specs.get(task.name) ?? {}, task)
    if (fault !== undefined)
      return {
        reason: 'PipelineValidationFailed',
        message: userError(
          `Validation failed for pipelinerun ${run} with error invalid input params for task ${task.taskRef?.name ?? ''}: ${fault}`,
        ),
      }
  }
  for (const task of tasks)
    for (const { task: name, result } of resultReferences(task)) {
      if (specs.get(name)?.results?.some(declared => declared.name === result)) continue
      const cause = specs.has(name)
        ? `"${result}" is not a named result returned by pipeline task "${name}"`
        : `referenced pipeline task "${name}" does not exist`
      const message = `invalid result reference in pipeline task "${task.name}": ${cause}`
      return { reason: 'InvalidTaskResultReference', message }
    }
  return undefined
}
