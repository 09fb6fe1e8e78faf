// The object that a remediation changes, named so that every spelling of it is one lock.

import { hashOf } from '../events/identity.ts'
import { isClusterScoped, singularKind, stemOf } from './kinds.ts'

export interface Target {
  readonly apiVersion?: string | undefined
  readonly kind: string
  readonly name: string
  /** Absent for a cluster-scoped object. */
  readonly namespace?: string | undefined
}

const VERSION = /^v\d+((alpha|beta)\d+)?$/
const API_VERSION = /(^|\/)v\d+((alpha|beta)\d+)?$/

/** `apps/v1 Deployment`, `apps/v1:Deployment`, `Deployment (apps/v1)`, `stateful-set`, `apps/v1, Kind=Deployment`, `persistent volume claim`: the kind in one word. */
function oneWord(text: string): string {
  const words = text
    .toLowerCase()
    .replaceAll(/(?<=[a-z0-9])[-_](?=[a-z0-9])/g, '')
    .split(/[\s,():=]+/)
    .filter(word => word !== '')
  const kinds = words.length === 1 ? words : words.filter(word => word !== 'kind' && !API_VERSION.test(word))
  return kinds.join('')
}

/** `Deployment`, `deployments`, `deployments.apps`, `apps/v1/Deployment`, `apps/v1 Deployment` and `deploy` are one kind: `deployment`. */
export function normaliseKind(kind: string): string {
  const segments = oneWord(kind).split('/')
  const named = segments.findLast(segment => !VERSION.test(segment)) ?? kind
  const [word = ''] = named.split('.')
  return singularKind(word)
}

function placeOf({ name, namespace }: Target, kind: string, shown: string): string {
  const tail = `${shown}/${name.trim().toLowerCase()}`
  const place = namespace?.trim().toLowerCase() ?? ''
  return place === '' || isClusterScoped(kind) ? tail : `${place}/${tail}`
}

/**
 * `namespace/kind/name`, or `kind/name` where there is no namespace; in one spelling. A namespace is no part of a
 * Node's name, though analyses write one: two of them must not drain the same Node at once.
 */
export function targetKey(target: Target): string {
  const kind = normaliseKind(target.kind)
  return placeOf(target, kind, kind)
}

/** The namespace in a target's key; undefined where it has none. */
export function namespaceOfKey(key: string): string | undefined {
  const parts = key.split('/')
  return parts.length > 2 ? parts[0] : undefined
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

/** By what a target is locked: the same for every spelling, also where the plural of the kind is irregular. */
export function targetHash(target: Target): string {
  const kind = normaliseKind(target.kind)
  return hashOf(placeOf(target, kind, stemOf(kind)))
}

/** For people: `Deployment production/my-app`. */
export function describeTarget(target: Target): string {
  const { kind, name, namespace } = target
  return namespace === undefined || namespace === '' ? `${kind} ${name}` : `${kind} ${namespace}/${name}`
}
