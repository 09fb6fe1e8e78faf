// The part of a Tekton Pipeline that registration looks at, read from whatever the bundle holds.

import type { Finding, PipelineParam } from './playbook.ts'
import { VERSION_ANNOTATION } from './version.ts'

interface Step {
  readonly name?: string
  readonly image?: string
  readonly script?: string
}

interface Param {
  readonly name: string
  readonly type?: string
  readonly default?: unknown
}

interface PipelineTask {
  readonly name: string
  readonly params?: readonly { readonly name: string }[]
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

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The Pipeline, or why the object is none. */
export function readPipeline(object: Readonly<Record<string, unknown>>): Pipeline | string {
  const { apiVersion, kind, metadata, spec } = object
  if (apiVersion !== 'tekton.dev/v1' && apiVersion !== 'tekton.dev/v1beta1')
    return `its apiVersion is ${JSON.stringify(apiVersion)}, but Tekton serves tekton.dev/v1`
  if (kind !== 'Pipeline') return `its kind is ${JSON.stringify(kind)}, not Pipeline`
  if (!isRecord(metadata) || typeof metadata.name !== 'string') return 'it has no metadata.name'
  if (!isRecord(spec)) return 'it has no spec'
  if (!Array.isArray(spec.tasks) || spec.tasks.length === 0) return 'it has no spec.tasks'
  const isParam = (each: unknown): boolean => isRecord(each) && typeof each.name === 'string'
  if (spec.params !== undefined && !(Array.isArray(spec.params) && spec.params.every(isParam)))
    return 'its spec.params must be a list of objects with a name'
  if (!spec.tasks.every(isParam)) return 'each of its tasks must have a name'
  return object as unknown as Pipeline
}

/** A param with the value that Tekton takes where a run gives none. */
export interface DefaultedParam extends PipelineParam {
  readonly default?: unknown
}

/** The params that a run may give, with the type Tekton takes where none is written. */
export function paramsOf(pipeline: Pipeline): DefaultedParam[] {
  return (pipeline.spec.params ?? []).map(({ name, type, default: fallback }) => ({
    name,
    type: type === 'array' || type === 'object' ? type : typeOfDefault(fallback),
    hasDefault: fallback !== undefined,
    ...(fallback === undefined ? {} : { default: fallback }),
  }))
}

/** Without a type Tekton takes the default's (pkg/apis/pipeline/v1/param_types.go SetDefaults). */
function typeOfDefault(value: unknown): PipelineParam['type'] {
  if (Array.isArray(value)) return 'array'
  return isRecord(value) ? 'object' : 'string'
}

export function versionAnnotation(pipeline: Pipeline): string | undefined {
  return pipeline.metadata.annotations?.[VERSION_ANNOTATION]
}

function lintTask(task: PipelineTask, path: string): Finding[] {
  const given = new Set((task.params ?? []).map(param => param.name))
  const missing = (task.taskSpec?.params ?? []).filter(
    param => param.default === undefined && !given.has(param.name),
  )
  const values = missing.map((param): Finding => {
    const message = `Task ${task.name} declares the param ${param.name} without default and is given no value, so Tekton refuses every run. Remove it from taskSpec.params, or add params: [{name: ${param.name}, value: $(params.${param.name})}] to the task.`
    return { rule: 'task-param-without-value', severity: 'error', path: `${path}.taskSpec.params`, message }
  })
  const steps = (task.taskSpec?.steps ?? []).flatMap((step, index) =>
    lintStep(step, `${path}.taskSpec.steps[${index}]`),
  )
  return [...values, ...steps]
}

function lintStep(step: Step, path: string): Finding[] {
  const findings: Finding[] = []
  if (step.script?.includes('$(params.'))
    findings.push({
      rule: 'param-in-script',
      severity: 'warning',
      path: `${path}.script`,
      message: 'A param is pasted into a script before the shell reads it. Pass it through env and quote it.',
    })
  if (step.image !== undefined && !step.image.includes('@sha256:'))
    findings.push({
      rule: 'image-not-pinned',
      severity: 'warning',
      path: `${path}.image`,
      message: `The image ${step.image} may change under this version. Pin it by digest.`,
    })
  return findings
}

/** What Tekton would refuse at every run, and what is dangerous, before anybody runs it. */
export function lintPipeline(pipeline: Pipeline): Finding[] {
  const { tasks = [], finally: last = [] } = pipeline.spec
  return [
    ...tasks.flatMap((task, index) => lintTask(task, `spec.tasks[${index}]`)),
    ...last.flatMap((task, index) => lintTask(task, `spec.finally[${index}]`)),
  ]
}
