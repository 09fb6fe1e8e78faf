// What may be run: Tekton's Pipelines and Tasks, as far as the stand-in plays them.

import type { KubernetesObject, ObjectMeta, Resource } from '../../shared/kubernetes/resources.ts'

export const pipelines: Resource = {
  group: 'tekton.dev',
  version: 'v1',
  plural: 'pipelines',
  kind: 'Pipeline',
  namespaced: true,
}
export const tasks: Resource = { ...pipelines, plural: 'tasks', kind: 'Task' }

/** A parameter's value (https://tekton.dev/docs/pipelines/pipelines/#specifying-parameters). */
export type ParamValue = string | readonly string[] | Readonly<Record<string, string>>
export type ParamType = 'string' | 'array' | 'object'

export interface Param {
  readonly name: string
  readonly value: ParamValue
}

export interface ParamSpec {
  readonly name: string
  readonly type?: ParamType
  readonly default?: ParamValue
  readonly properties?: Readonly<Record<string, unknown>>
}

export interface Step {
  readonly name?: string
  readonly image?: string
  readonly command?: readonly string[]
  readonly args?: readonly string[]
  readonly script?: string
  readonly onError?: 'continue' | 'stopAndFail'
}

export interface TaskSpec {
  readonly params?: readonly ParamSpec[]
  readonly steps?: readonly Step[]
  readonly results?: readonly { readonly name: string; readonly type?: string }[]
  readonly metadata?: Pick<ObjectMeta, 'labels' | 'annotations'>
  readonly apiVersion?: string
  readonly kind?: string
}

export interface Reference {
  readonly name?: string
  readonly kind?: string
  readonly apiVersion?: string
  readonly resolver?: string
  readonly params?: readonly Param[]
}

export interface WhenExpression {
  readonly input?: string
  readonly operator?: string
  readonly values?: readonly string[]
  readonly cel?: string
}

export interface PipelineTask {
  readonly name: string
  readonly taskRef?: Reference
  readonly taskSpec?: TaskSpec
  readonly params?: readonly Param[]
  readonly when?: readonly WhenExpression[]
  readonly runAfter?: readonly string[]
  readonly retries?: number
  readonly timeout?: string
  readonly onError?: string
  readonly matrix?: unknown
  readonly pipelineRef?: unknown
  readonly pipelineSpec?: unknown
}

export interface PipelineSpec {
  readonly params?: readonly ParamSpec[]
  readonly tasks?: readonly PipelineTask[]
  readonly finally?: readonly PipelineTask[]
  readonly results?: readonly { readonly name: string; readonly value: ParamValue }[]
}

export interface Pipeline extends KubernetesObject {
  readonly spec: PipelineSpec
}

export interface Task extends KubernetesObject {
  readonly spec: TaskSpec
}
