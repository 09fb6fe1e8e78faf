// The part of a Tekton Pipeline that registration looks at, read from whatever the bundle holds.

import type { PipelineParam } from './playbook.ts'
import { VERSION_ANNOTATION } from './version.ts'

export interface Step {
  readonly name?: string
  readonly image?: string
  readonly script?: string
}

interface Param {
  readonly name: string
  readonly type?: string
  readonly properties?: unknown
  readonly default?: unknown
}

interface Named {
  readonly name: string
}

export interface PipelineTask {
  readonly name: string
  readonly params?: readonly Named[]
  readonly matrix?: {
    readonly params?: readonly Named[]
    readonly include?: readonly { readonly params?: readonly Named[] }[]
  }
  readonly taskSpec?: { readonly params?: readonly Param[]; readonly steps?: readonly Step[] }
}

export interface Pipeline {
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> }
  readonly spec: {
    readonly params?: readonly Param[]
    readonly tasks?: readonly PipelineTask[]
    readonly finally?: readonly PipelineTask[]
  }
}

type Unread = Readonly<Record<string, unknown>>

function isRecord(value: unknown): value is Unread {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether it is left out, or a list of objects that are all like this. */
function mayBeList(value: unknown, isLike: (item: Unread) => boolean): boolean {
  return value === undefined || (Array.isArray(value) && value.every(item => isRecord(item) && isLike(item)))
}

function isNamed(item: Unread): boolean {
  return typeof item.name === 'string'
}

function mayBeText(value: unknown): boolean {
  return value === undefined || typeof value === 'string'
}

function isMatrix({ params, include }: Unread): boolean {
  return mayBeList(params, isNamed) && mayBeList(include, each => mayBeList(each.params, isNamed))
}

/** Why a named task cannot be looked at. */
function faultOfTask({ name, params, matrix, taskSpec = {} }: Unread): string | undefined {
  if (!mayBeList(params, isNamed))
    return `the params of its task ${name} must be a list of objects with a name`
  if (matrix !== undefined && !(isRecord(matrix) && isMatrix(matrix)))
    return `the matrix of its task ${name} must hold lists of objects with a name`
  if (!isRecord(taskSpec)) return `the taskSpec of its task ${name} must be an object`
  if (!mayBeList(taskSpec.params, isNamed))
    return `the taskSpec.params of its task ${name} must be a list of objects with a name`
  if (!mayBeList(taskSpec.steps, step => mayBeText(step.script) && mayBeText(step.image)))
    return `the taskSpec.steps of its task ${name} must be a list of objects whose image and script are text`
  return undefined
}

function faultOfSpec(spec: Unread): string | undefined {
  if (!Array.isArray(spec.tasks) || spec.tasks.length === 0) return 'it has no spec.tasks'
  if (!mayBeList(spec.params, isNamed)) return 'its spec.params must be a list of objects with a name'
  if (!mayBeList(spec.tasks, isNamed)) return 'each of its tasks must have a name'
  if (!mayBeList(spec.finally, isNamed)) return 'its spec.finally must be a list of tasks with a name'
  const last: Unread[] = Array.isArray(spec.finally) ? spec.finally : []
  return [...spec.tasks, ...last].map(faultOfTask).find(fault => fault !== undefined)
}

/** The Pipeline (https://tekton.dev/docs/pipelines/pipelines/#configuring-a-pipeline), or why the object is none. */
export function readPipeline(object: Unread): Pipeline | string {
  const { apiVersion, kind, metadata, spec } = object
  if (apiVersion !== 'tekton.dev/v1' && apiVersion !== 'tekton.dev/v1beta1')
    return `its apiVersion is ${JSON.stringify(apiVersion)}, but Tekton serves tekton.dev/v1`
  if (kind !== 'Pipeline') return `its kind is ${JSON.stringify(kind)}, not Pipeline`
  if (!isRecord(metadata) || typeof metadata.name !== 'string') return 'it has no metadata.name'
  const { annotations = {} } = metadata
  if (!isRecord(annotations) || !Object.values(annotations).every(value => typeof value === 'string'))
    return 'its annotations must be text: quote them, such as "1.2.3"'
  if (!isRecord(spec)) return 'it has no spec'
  // All that the type promises was looked at.
  return faultOfSpec(spec) ?? (object as unknown as Pipeline)
}

/** A param with the value that Tekton takes where a run gives none. */
export interface DefaultedParam extends PipelineParam {
  readonly default?: unknown
}

/** The params that a run may give, with the type Tekton takes where none is written; a default of null is none. */
export function paramsOf(pipeline: Pipeline): DefaultedParam[] {
  return (pipeline.spec.params ?? []).map(param => {
    const hasDefault = param.default !== undefined && param.default !== null
    const { name } = param
    return { name, type: typeOf(param), hasDefault, ...(hasDefault ? { default: param.default } : {}) }
  })
}

/** Without a type Tekton takes an object where properties are listed, else the default's (pkg/apis/pipeline/v1/param_types.go, SetDefaults). */
function typeOf({ type, properties, default: fallback }: Param): PipelineParam['type'] {
  if (type === 'array' || type === 'object' || type === 'string') return type
  if (isRecord(properties)) return 'object'
  if (Array.isArray(fallback)) return 'array'
  return isRecord(fallback) ? 'object' : 'string'
}

export function versionAnnotation(pipeline: Pipeline): string | undefined {
  return pipeline.metadata.annotations?.[VERSION_ANNOTATION]
}
