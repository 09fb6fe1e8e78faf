// Reads a fetched Pipeline as strictly as Tekton does, and fills in what Tekton fills in; pure.

import { BundleError } from '../../shared/bundle/error.ts'
import { parseDocuments } from '../../shared/bundle/yaml.ts'
import { declaredType } from './declared.ts'
import type { Param, Pipeline, PipelineSpec, PipelineTask, Step, TaskSpec } from './pipeline.ts'

/** The text is not one Tekton object; the message is Tekton's as far as it can be. */
export class InvalidPipeline extends Error {
  override readonly name = 'InvalidPipeline'
}

const SPEC_FIELDS = new Set([
  'displayName',
  'description',
  'tasks',
  'params',
  'workspaces',
  'results',
  'finally',
])
const TASK_FIELDS = new Set(
  'name displayName description taskRef taskSpec when retries runAfter params matrix workspaces timeout onError pipelineRef pipelineSpec'.split(
    ' ',
  ),
)

function unknownFields(spec: PipelineSpec): string[] {
  const lists = { tasks: spec.tasks ?? [], finally: spec.finally ?? [] }
  return [
    ...Object.keys(spec)
      .filter(key => !SPEC_FIELDS.has(key))
      .map(key => `spec.${key}`),
    ...Object.entries(lists).flatMap(([list, tasks]) =>
      tasks.flatMap((task, index) =>
        Object.keys(task)
          .filter(key => !TASK_FIELDS.has(key))
          .map(key => `spec.${list}[${index}].${key}`),
      ),
    ),
  ]
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const [first] = parseDocuments(text)
    if (first !== undefined) return first.object
  } catch (error) {
    if (!(error instanceof BundleError)) throw error
    throw new InvalidPipeline(`invalid runtime object: ${error.message}`, { cause: error })
  }
  throw new InvalidPipeline('invalid runtime object: it holds no document')
}

/** Text to Pipeline (v1 or v1beta1; unknown fields are refused). Throws InvalidPipeline with Tekton's words. */
export function decodePipeline(text: string): Pipeline {
  const document = parse(text)
  const known = document.apiVersion === 'tekton.dev/v1' || document.apiVersion === 'tekton.dev/v1beta1'
  if (!known || document.kind !== 'Pipeline')
    throw new InvalidPipeline('failed to read runtime object as Pipeline: resource is not a pipeline')
  // The kind is right; fields that are not are found below or by the checks of the specification.
  const pipeline = document as unknown as Pipeline
  const spec = pipeline.spec ?? {}
  const unknown = unknownFields(spec)
  if (unknown.length > 0) {
    const list = unknown.map(path => `unknown field ${JSON.stringify(path)}`).join(', ')
    throw new InvalidPipeline(`invalid runtime object: strict decoding error: ${list}`)
  }
  return { ...pipeline, apiVersion: 'tekton.dev/v1', metadata: pipeline.metadata ?? { name: '' }, spec }
}

function withStepDefaults(step: Step): Step {
  const { resources, ...rest } = step as Step & { resources?: object }
  return { computeResources: resources ?? {}, ...rest } as Step
}

function withTaskDefaults(task: PipelineTask): PipelineTask {
  if (task.taskRef !== undefined) return { ...task, taskRef: { kind: 'Task', ...task.taskRef } }
  return task.taskSpec === undefined ? task : { ...task, taskSpec: taskSpecDefaults(task.taskSpec) }
}

/** A Task's specification with the defaults that Tekton's webhook writes. */
export function taskSpecDefaults(spec: TaskSpec): TaskSpec {
  const { params, results } = spec
  return {
    ...spec,
    ...(params === undefined
      ? {}
      : { params: params.map(param => ({ ...param, type: declaredType(param) })) }),
    ...(results === undefined ? {} : { results: results.map(result => ({ type: 'string', ...result })) }),
    steps: (spec.steps ?? []).map(withStepDefaults),
  }
}

/** A Pipeline's specification with the defaults that Tekton's webhook writes. */
export function pipelineSpecDefaults(spec: PipelineSpec): PipelineSpec {
  return {
    ...spec,
    ...(spec.tasks === undefined ? {} : { tasks: spec.tasks.map(withTaskDefaults) }),
    ...(spec.finally === undefined ? {} : { finally: spec.finally.map(withTaskDefaults) }),
    ...(spec.params === undefined
      ? {}
      : { params: spec.params.map(param => ({ ...param, type: declaredType(param) })) }),
  }
}

/** A resolver's parameter as text, or undefined where it is empty or a list. */
export function textParam(params: readonly Param[], name: string): string | undefined {
  const value = params.find(param => param.name === name)?.value
  return typeof value === 'string' && value !== '' ? value : undefined
}
