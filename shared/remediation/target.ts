// The object that a remediation changes, named so that every spelling of it is one lock.

import { hashOf } from '../events/identity.ts'
import { isClusterScoped, singularKind } from './kinds.ts'

export interface Target {
  readonly apiVersion?: string | undefined
  readonly kind: string
  readonly name: string
  /** Absent for a cluster-scoped object. */
  readonly namespace?: string | undefined
}

const VERSION = /^v\d+((alpha|beta)\d+)?$/

/** `Deployment`, `deployments`, `deployments.apps`, `apps/v1/Deployment` and `deploy` are one kind: `deployment`. */
export function normaliseKind(kind: string): string {
  const segments = kind.trim().toLowerCase().split('/')
  const named = segments.findLast(segment => !VERSION.test(segment)) ?? kind
  const [word = ''] = named.split('.')
  return singularKind(word)
}

/**
 * `namespace/kind/name`, or `kind/name` where there is no namespace; in one spelling. A namespace is no part of a
 * Node's name, though analyses write one: two of them must not drain the same Node at once.
 */
export function targetKey(target: Target): string {
  const kind = normaliseKind(target.kind)
  const tail = `${kind}/${target.name.trim().toLowerCase()}`
  const namespace = target.namespace?.trim().toLowerCase() ?? ''
  return namespace === '' || isClusterScoped(kind) ? tail : `${namespace}/${tail}`
}

/** The target that a key names; the inverse of {@link targetKey}, but for the spelling. */
export function targetOfKey(key: string, apiVersion?: string): Target | undefined {
  const [name, kind, namespace, ...rest] = key.split('/').reverse()
  if (name === undefined || kind === undefined || rest.length > 0) return undefined
  return {
    kind,
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(apiVersion ? { apiVersion } : {}),
  }
}

export function targetHash(target: Target): string {
  return hashOf(targetKey(target))
}

/** For people: `Deployment production/my-app`. */
export function describeTarget(target: Target): string {
  const { kind, name, namespace } = target
  return namespace === undefined || namespace === '' ? `${kind} ${name}` : `${kind} ${namespace}/${name}`
}
