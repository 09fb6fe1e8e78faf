// What runs: Tekton's PipelineRuns, TaskRuns and ResolutionRequests, as far as the stand-in plays them.

import type { Condition, KubernetesObject } from '../../shared/kubernetes/resources.ts'
import type { RefSource } from '../../shared/resolution/resolver.ts'
import type { Param, ParamValue, PipelineSpec, Reference, TaskSpec, WhenExpression } from './pipeline.ts'

export interface Result {
  readonly name: string
  readonly value: ParamValue
}

export interface ChildReference {
  readonly apiVersion: 'tekton.dev/v1'
  readonly kind: 'TaskRun'
  readonly name: string
  readonly pipelineTaskName: string
  readonly whenExpressions?: readonly WhenExpression[]
}

export interface SkippedTask {
  readonly name: string
  readonly reason: string
  readonly whenExpressions?: readonly WhenExpression[]
}

export interface PipelineRunStatus {
  readonly startTime?: string
  readonly completionTime?: string
  readonly finallyStartTime?: string
  readonly conditions?: readonly Condition[]
  readonly pipelineSpec?: PipelineSpec
  readonly childReferences?: readonly ChildReference[]
  readonly skippedTasks?: readonly SkippedTask[]
  readonly results?: readonly Result[]
  readonly provenance?: { readonly refSource?: RefSource; readonly featureFlags?: unknown }
}

export interface PipelineRun extends KubernetesObject {
  readonly spec: {
    readonly pipelineRef?: Reference
    readonly pipelineSpec?: PipelineSpec
    readonly params?: readonly Param[]
    readonly status?: string
    readonly timeouts?: { readonly pipeline?: string; readonly tasks?: string; readonly finally?: string }
    readonly taskRunTemplate?: { readonly serviceAccountName?: string }
    readonly workspaces?: readonly unknown[]
  }
  readonly status?: PipelineRunStatus
}

export interface StepState {
  readonly name?: string
  readonly container?: string
  readonly waiting?: { readonly reason: string }
  readonly running?: { readonly startedAt: string }
  readonly terminated?: {
    readonly exitCode: number
    readonly reason: string
    readonly message?: string
    readonly startedAt: string
    readonly finishedAt: string
  }
  readonly terminationReason?: string
  readonly provenance?: Readonly<Record<string, never>>
}

export interface TaskRunStatus {
  readonly startTime?: string
  readonly completionTime?: string
  readonly conditions?: readonly Condition[]
  readonly podName?: string
  readonly steps?: readonly StepState[]
  readonly taskSpec?: TaskSpec
  readonly results?: readonly Result[]
  readonly retriesStatus?: readonly TaskRunStatus[]
  readonly provenance?: { readonly featureFlags?: unknown }
}

export interface TaskRun extends KubernetesObject {
  readonly spec: {
    readonly params?: readonly Param[]
    readonly serviceAccountName?: string
    readonly taskRef?: Reference
    readonly taskSpec?: TaskSpec
    readonly timeout?: string
    readonly retries?: number
    readonly status?: string
    readonly statusMessage?: string
  }
  readonly status?: TaskRunStatus
}
