// The kinds of object that a deployment reads, changes or removes, and what is read of them.

import type { Condition, KubernetesObject, Resource } from '../../shared/kubernetes/resources.ts'

export interface Conditioned extends KubernetesObject {
  readonly status?: {
    readonly conditions?: readonly Condition[]
    readonly observedGeneration?: number
    readonly url?: string
    readonly address?: { readonly url?: string }
  }
}

export interface Trigger extends Conditioned {
  readonly spec: {
    readonly broker?: string
    readonly subscriber?: {
      readonly ref?: { readonly kind?: string; readonly namespace?: string; readonly name: string }
    }
  }
}

export interface Secret extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>
}

function namespaced(group: string, kind: string): Resource {
  return { group, version: 'v1', plural: `${kind.toLowerCase()}s`, kind, namespaced: true }
}

export const brokers = namespaced('eventing.knative.dev', 'Broker')
export const triggers = namespaced('eventing.knative.dev', 'Trigger')
export const knativeServices = namespaced('serving.knative.dev', 'Service')
export const services = namespaced('', 'Service')
export const deployments = namespaced('apps', 'Deployment')

/** Whether its controller has seen its present state, and says that this condition holds. */
export function holds(object: Conditioned, type: string): boolean {
  const { metadata, status } = object
  const isCurrent = metadata.generation === undefined || status?.observedGeneration === metadata.generation
  return isCurrent && conditionOf(object, type)?.status === 'True'
}

export function conditionOf({ status }: Conditioned, type: string): Condition | undefined {
  return status?.conditions?.find(condition => condition.type === type)
}
