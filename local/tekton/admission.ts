// The part of Tekton's validating webhook that playbooks meet: what a dry-run create of a Pipeline refuses; pure.

import { declaredType, typeOf } from './declared.ts'
import { type FieldFault, print } from './fieldfault.ts'
import { dependenciesOf, findGraphFault } from './graph.ts'
import type { PipelineSpec, PipelineTask, Step, TaskSpec } from './pipeline.ts'
import { variablesIn } from './substitute.ts'

const WEBHOOK = 'admission webhook "validation.webhook.pipeline.tekton.dev" denied the request'
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/
const NAME_DETAILS =
  'Pipeline Task name must be a valid DNS Label.For more info refer to https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#names'

function findReferenceFault(task: PipelineTask, path: string): FieldFault[] {
  const given = [task.taskRef, task.taskSpec].filter(value => value !== undefined).length
  const paths = [`${path}.taskRef`, `${path}.taskSpec`]
  if (given === 1) return []
  const message = given === 0 ? 'expected exactly one, got neither' : 'expected exactly one, got multiple'
  return [{ message, paths }]
}

function findSpecFaults(spec: TaskSpec, path: string): FieldFault[] {
  const steps = spec.steps ?? []
  if (steps.length === 0) return [{ message: 'missing field(s)', paths: [`${path}.steps`] }]
  return steps.flatMap((step, index) => {
    const at = `${path}.steps[${index}]`
    const ref = 'ref' in step
    return [
      ...(step.image === undefined && !ref ? [{ message: 'missing field(s)', paths: [`${at}.Image`] }] : []),
      ...((step.script ?? '') !== '' && (step.command ?? []).length > 0
        ? [{ message: 'script cannot be used with command', paths: [`${at}.script`] }]
        : []),
    ]
  })
}

/** The places of a step where Tekton looks for variables, with their paths. */
function fieldsOf(step: Step): [string, unknown][] {
  const list = (name: string, values: readonly string[] = []): [string, unknown][] =>
    values.map((value, index) => [`${name}[${index}]`, value])
  const env = 'env' in step && Array.isArray(step.env) ? step.env : []
  return [
    ['script', step.script],
    ['image', step.image],
    ...list('command', step.command),
    ...list('args', step.args),
    ...env.map((entry): [string, unknown] => [`env[${entry?.name}]`, entry?.value]),
  ]
}

function findUndeclared(value: unknown, known: ReadonlySet<string>): boolean {
  return variablesIn(value).some(expression => {
    const name = /^params\.([^.[]+)/.exec(expression)?.[1]
    return name !== undefined && !known.has(name) && !known.has(expression.slice('params.'.length))
  })
}

/** Parameters must be declared by the Pipeline or, in a step, by its task. */
function findVariableFaults(task: PipelineTask, path: string, declared: readonly string[]): FieldFault[] {
  const fault = (value: unknown, at: string): FieldFault => ({
    message: `non-existent variable in ${JSON.stringify(value)}`,
    paths: [at],
  })
  const pipeline = new Set(declared)
  const own = new Set([...declared, ...(task.taskSpec?.params ?? []).map(param => param.name)])
  return [
    ...(task.params ?? [])
      .filter(param => findUndeclared(param.value, pipeline))
      .map(param => fault(param.value, `${path}.params[${param.name}].value`)),
    ...(task.taskSpec?.steps ?? []).flatMap((step, index) =>
      fieldsOf(step)
        .filter(([, value]) => findUndeclared(value, own))
        .map(([name, value]) => fault(value, `${path}.steps[${index}].${name}`)),
    ),
  ]
}

function findParamFaults(spec: PipelineSpec): FieldFault[] {
  return (spec.params ?? []).flatMap(param => {
    const type = declaredType(param)
    if (!['string', 'array', 'object'].includes(type))
      return [{ message: `invalid value: ${type}`, paths: [`params.${param.name}.type`] }]
    if (param.default === undefined || typeOf(param.default) === type) return []
    const message = `"${type}" type does not match default value's type: "${typeOf(param.default)}"`
    return [{ message, paths: [`params.${param.name}.type`, `params.${param.name}.default.type`] }]
  })
}

function findTaskFaults(task: PipelineTask, path: string, seen: Set<string>): FieldFault[] {
  const twice = seen.has(task.name)
  seen.add(task.name)
  return [
    ...(DNS_LABEL.test(task.name)
      ? []
      : [
          {
            message: `invalid value ${JSON.stringify(task.name)}`,
            paths: [`${path}.name`],
            details: NAME_DETAILS,
          },
        ]),
    ...(twice ? [{ message: 'expected exactly one, got both', paths: [`${path}.name`] }] : []),
    ...findReferenceFault(task, path),
    ...(task.taskSpec === undefined ? [] : findSpecFaults(task.taskSpec, `${path}.taskSpec`)),
  ]
}

function placesOf({ tasks = [], finally: last = [] }: PipelineSpec): { task: PipelineTask; path: string }[] {
  return [
    ...tasks.map((task, index) => ({ task, path: `tasks[${index}]` })),
    ...last.map((task, index) => ({ task, path: `finally[${index}]` })),
  ]
}

function findFaults(spec: PipelineSpec): FieldFault[] {
  const tasks = spec.tasks ?? []
  const seen = new Set<string>()
  const graph = findGraphFault(tasks, dependenciesOf(tasks))
  return [
    ...(tasks.length === 0 ? [{ message: 'missing field(s)', paths: ['tasks'] }] : []),
    ...placesOf(spec).flatMap(({ task, path }) => findTaskFaults(task, path, seen)),
    ...(graph === undefined ? [] : [{ message: `invalid value: ${graph}`, paths: ['tasks'] }]),
    ...findParamFaults(spec),
  ]
}

/** What is wrong with a Pipeline's specification wherever it comes from, in one text, or undefined. */
export function findSpecFault(spec: PipelineSpec): string | undefined {
  const faults = findFaults(spec)
  return faults.length === 0 ? undefined : faults.map(fault => print(fault)).join('\n')
}

/**
 * The webhook's refusal of a Pipeline object, or undefined: names, references, steps, the graph, types, and parameters
 * that nobody declares (https://tekton.dev/docs/pipelines/pipelines/). The real one knows more rules.
 */
export function refusePipeline(spec: PipelineSpec): string | undefined {
  const declared = (spec.params ?? []).map(param => param.name)
  const undeclared = placesOf(spec).flatMap(({ task, path }) => findVariableFaults(task, path, declared))
  const faults = [...findFaults(spec), ...undeclared]
  if (faults.length === 0) return undefined
  return `${WEBHOOK}: validation failed: ${faults.map(fault => print(fault, 'spec.')).join('\n')}`
}
