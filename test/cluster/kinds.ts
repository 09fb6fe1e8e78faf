// Pods and other kinds of Kubernetes' own that the tests look at.

import type { Condition, KubernetesObject, Resource } from '../../shared/kubernetes/resources.ts'

/** A kind of the core group that lives in a namespace. */
export function core(kind: string, plural: string): Resource {
  return { group: '', version: 'v1', plural, kind, namespaced: true }
}

export const pods = core('Pod', 'pods')

interface ContainerStatus {
  readonly name: string
  readonly restartCount: number
  readonly state?: { readonly terminated?: { readonly exitCode: number } }
}

export interface Pod extends KubernetesObject {
  readonly spec: { readonly containers: readonly { readonly name: string }[] }
  readonly status?: {
    readonly phase?: string
    readonly conditions?: readonly Condition[]
    readonly containerStatuses?: readonly ContainerStatus[]
  }
}

export function isReady({ metadata, status }: Pod): boolean {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')
  return metadata.deletionTimestamp === undefined && ready?.status === 'True'
}
