// Looks at the object that a remediation would change, as it is now.

import type { Kubernetes } from '../kubernetes/client.ts'
import { KubernetesError } from '../kubernetes/errors.ts'
import { type KubernetesObject, pathOf } from '../kubernetes/resources.ts'
import { describeTarget, type Target } from '../remediation/target.ts'
import { resourceOf } from './resource-of.ts'

export type Look =
  | { readonly kind: 'found'; readonly object: KubernetesObject }
  | { readonly kind: 'gone' }
  /** It is not known whether it exists; `why` is a sentence. */
  | { readonly kind: 'unreadable'; readonly why: string }
  /** The remediation is about no object but its own Playbook. */
  | { readonly kind: 'none' }

const NAME = /^(?!\.{1,2}$)[^/%]{1,253}$/

/** Whether an object of such a name could exist at all; no other is asked for. */
function isPossible({ kind }: Target, name: string, namespace: string): boolean {
  return NAME.test(name) && kind.length <= 253 && (namespace === '' || NAME.test(namespace))
}

/** Reads the target; a right that is missing is an answer, an API server that is down is a Fault. */
export async function lookAt(kubernetes: Kubernetes, target: Target): Promise<Look> {
  const what = describeTarget(target)
  const [name, namespace] = [target.name.trim(), target.namespace?.trim() ?? '']
  if (!isPossible(target, name, namespace)) return { kind: 'gone' }
  const resource = await resourceOf(kubernetes, target)
  if (resource === undefined) {
    const why = `${what} could not be looked at: kind and apiVersion name nothing that may be read.`
    return { kind: 'unreadable', why }
  }
  if (resource.namespaced && namespace === '') {
    const why = `${what} could not be looked at: it has no namespace, and a ${resource.kind} has one.`
    return { kind: 'unreadable', why }
  }
  try {
    const key = { name, ...(resource.namespaced ? { namespace } : {}) }
    const object = await kubernetes.get<KubernetesObject>(resource, key)
    return object === undefined ? { kind: 'gone' } : { kind: 'found', object }
  } catch (error) {
    if (!(error instanceof KubernetesError) || error.status !== 403) throw error
    const path = pathOf(resource, namespace, name)
    const why = `${what} may not be read (${path}): bind a ClusterRole with the label playbook.kubernaut.io/read-targets.`
    return { kind: 'unreadable', why }
  }
}
