// A Pipeline made ready for one run: parameters and context in place, task specifications found, all of it checked.

import { findSpecFault } from './admission.ts'
import { taskSpecDefaults } from './decode.ts'
import { type PipelineSpec, type PipelineTask, type Task, type TaskSpec, tasks } from './pipeline.ts'
import type { PipelineRun } from './run.ts'
import { paramVariables, substitute, substituteParams, type Variables } from './substitute.ts'
import { checkGraph, checkParams, checkTasks, type Refusal, userError } from './validate.ts'
import type { World } from './world.ts'

type Prepared =
  | { readonly kind: 'ready'; readonly spec: PipelineSpec }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

/** What Tekton can and the stand-in cannot; said clearly instead of half played. */
function findUnplayable(spec: PipelineSpec): string | undefined {
  for (const task of [...(spec.tasks ?? []), ...(spec.finally ?? [])]) {
    const features = [
      task.matrix !== undefined && 'a matrix',
      (task.pipelineRef !== undefined || task.pipelineSpec !== undefined) && 'a Pipeline as a task',
      task.taskRef?.resolver !== undefined && 'a task from a resolver',
      (task.taskRef?.apiVersion ?? task.taskSpec?.apiVersion) !== undefined && 'a custom task',
      task.when?.some(({ cel }) => cel !== undefined) && 'a CEL expression',
    ]
    const feature = features.find(found => typeof found === 'string')
    if (feature !== undefined)
      return `The local stand-in for Tekton does not play ${feature} (task ${task.name}).`
  }
  return undefined
}

/** `params.*`, `context.*` and `workspaces.*.bound` of a run (https://tekton.dev/docs/pipelines/variables/). */
function variablesOf(run: PipelineRun, spec: PipelineSpec, pipeline: string): Variables {
  const { name, namespace = '', uid = '' } = run.metadata
  return new Map([
    ...paramVariables(spec.params ?? [], run.spec.params ?? []),
    ['context.pipelineRun.name', name],
    ['context.pipelineRun.namespace', namespace],
    ['context.pipelineRun.uid', uid],
    ['context.pipeline.name', pipeline],
  ])
}

/** A task's own parameters go before the Pipeline's of the same name inside its embedded specification. */
function applyToTask(task: PipelineTask, variables: Variables): PipelineTask {
  const { taskSpec, params, ...rest } = task
  const own = params === undefined ? undefined : substituteParams(params, variables)
  const shadowed = (own ?? []).filter(({ name }) => variables.has(`params.${name}`))
  const inner = new Map([...variables, ...paramVariables([], shadowed)])
  return {
    ...substitute(rest, variables),
    ...(own === undefined ? {} : { params: own }),
    ...(taskSpec === undefined ? {} : { taskSpec: applyToSpec(taskSpec, inner) }),
  }
}

function applyToSpec(spec: TaskSpec, variables: Variables): TaskSpec {
  const { params, ...rest } = spec
  return { ...substitute(rest, variables), ...(params === undefined ? {} : { params }) }
}

/** The specification with everything known before the first task in place. */
function applyRun(run: PipelineRun, spec: PipelineSpec, pipeline: string): PipelineSpec {
  const variables = variablesOf(run, spec, pipeline)
  const apply = (list: readonly PipelineTask[]): PipelineTask[] =>
    list.map(task => applyToTask(task, variables))
  return {
    ...spec,
    ...(spec.tasks === undefined ? {} : { tasks: apply(spec.tasks) }),
    ...(spec.finally === undefined ? {} : { finally: apply(spec.finally) }),
  }
}

/** The specification of each task: embedded, or a Task of the namespace; the name of the first that is not there. */
async function findTaskSpecs(
  world: World,
  namespace: string | undefined,
  list: readonly PipelineTask[],
): Promise<Map<string, TaskSpec> | string> {
  const specs = new Map<string, TaskSpec>()
  for (const { name, taskSpec, taskRef } of list) {
    const task = taskRef?.name
      ? await world.kubernetes.get<Task>(tasks, { namespace, name: taskRef.name })
      : undefined
    const spec = taskSpec ?? (task === undefined ? undefined : taskSpecDefaults(task.spec))
    if (spec === undefined) return taskRef?.name ?? ''
    specs.set(name, spec)
  }
  return specs
}

function refuse(reason: string, message: string): Prepared {
  return { kind: 'refused', refusal: { reason, message } }
}

/** Everything that Tekton checks before it creates the first TaskRun, in its order. */
export async function prepare(
  world: World,
  run: PipelineRun,
  found: { readonly spec: PipelineSpec; readonly name: string },
): Promise<Prepared> {
  const { namespace = '', name } = run.metadata
  const subject = { namespace, run: name, pipeline: found.name }
  const fault = findUnplayable(found.spec)
  if (fault !== undefined) return refuse('PipelineValidationFailed', fault)
  const invalid = checkGraph(subject, found.spec)
  if (invalid !== undefined) return { kind: 'refused', refusal: invalid }
  const wrong = findSpecFault(found.spec)
  if (wrong !== undefined) {
    const message = `Pipeline ${namespace}/${found.name} can't be Run; it has an invalid spec: ${wrong}`
    return refuse('PipelineValidationFailed', userError(message))
  }
  const refusal = checkParams(subject, found.spec, run.spec.params ?? [])
  if (refusal !== undefined) return { kind: 'refused', refusal }
  const spec = applyRun(run, found.spec, found.name)
  const list = [...(spec.tasks ?? []), ...(spec.finally ?? [])]
  const specs = await findTaskSpecs(world, namespace, list)
  if (typeof specs === 'string') {
    const missing = `Couldn't retrieve Task "${specs}": tasks.tekton.dev "${specs}" not found`
    const message = `Pipeline ${namespace}/${found.name} can't be Run; it contains Tasks that don't exist: ${missing}`
    return refuse('CouldntGetTask', message)
  }
  const mismatch = checkTasks(name, list, specs)
  return mismatch === undefined ? { kind: 'ready', spec } : { kind: 'refused', refusal: mismatch }
}
