// The parts of a Tekton object that rules look at, wherever they are nested, read without belief in their shape.

import { isObject, type Json } from '../../shared/analysis/document.ts'
import type { Path } from './finding.ts'

export interface Part {
  readonly value: Json
  readonly path: Path
}

/** The objects in a list, with where they stand; whatever else is there is for other rules. */
function itemsOf(value: unknown, path: Path): Part[] {
  if (!Array.isArray(value)) return []
  return value.flatMap((item, index) => (isObject(item) ? [{ value: item, path: [...path, index] }] : []))
}

export function partAt({ value, path }: Part, key: string): Part | undefined {
  const inner = value[key]
  return isObject(inner) ? { value: inner, path: [...path, key] } : undefined
}

export function listAt({ value, path }: Part, key: string): Part[] {
  return itemsOf(value[key], [...path, key])
}

export function nameOf({ value }: Part): string | undefined {
  return typeof value.name === 'string' ? value.name : undefined
}

/** What runs in containers, and under which rules. */
export interface Work {
  /** A Task's specification, or a StepAction's, which is a step by itself. */
  readonly spec: Part
  readonly steps: readonly Part[]
  readonly sidecars: readonly Part[]
  readonly template?: Part
  /** The params of the Pipeline around it, which reach its steps too. */
  readonly outer: readonly Part[]
  /** A Pipeline is started with what an analysis proposes; a Task is written for Pipelines of people. */
  readonly isPlaybook: boolean
}

/** One Pipeline's specification. */
export interface Flow {
  readonly spec: Part
  readonly tasks: readonly Part[]
  readonly last: readonly Part[]
}

function workOf(spec: Part, outer: readonly Part[], isPlaybook: boolean): Work {
  const template = partAt(spec, 'stepTemplate')
  return {
    spec,
    steps: listAt(spec, 'steps'),
    sidecars: listAt(spec, 'sidecars'),
    ...(template === undefined ? {} : { template }),
    outer,
    isPlaybook,
  }
}

/** Whether a task is somebody else's kind, whose specification Tekton does not read. */
export function isCustom({ value }: Part): boolean {
  return (
    (typeof value.apiVersion === 'string' && value.apiVersion !== '') ||
    (typeof value.kind === 'string' && value.kind !== '' && value.kind !== 'Task')
  )
}

/** The Pipeline itself, and those nested in it. */
export function flowsOf(spec: Part): Flow[] {
  const flow = { spec, tasks: listAt(spec, 'tasks'), last: listAt(spec, 'finally') }
  const nested = [...flow.tasks, ...flow.last].map(task => partAt(task, 'pipelineSpec'))
  return [flow, ...nested.filter(inner => inner !== undefined).flatMap(flowsOf)]
}

/** Everything in an object that runs in containers. */
export function worksOf(object: Json): Work[] {
  const root = partAt({ value: object, path: [] }, 'spec')
  if (root === undefined) return []
  if (object.kind === 'StepAction')
    return [{ spec: root, steps: [root], sidecars: [], outer: [], isPlaybook: false }]
  if (object.kind !== 'Pipeline') return [workOf(root, [], false)]
  return flowsOf(root).flatMap(({ spec, tasks, last }) =>
    [...tasks, ...last]
      .map(task => partAt(task, 'taskSpec'))
      .filter(taskSpec => taskSpec !== undefined)
      .filter(taskSpec => !isCustom(taskSpec))
      .map(taskSpec => workOf(taskSpec, listAt(spec, 'params'), true)),
  )
}
