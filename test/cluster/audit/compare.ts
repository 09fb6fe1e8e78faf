// What is granted held against what was called: verbs that nobody used, and calls that nobody was allowed.

import type { Call } from './calls.ts'
import { type Action, describeAction, describeScope, type Permission } from './permissions.ts'

/** Something that the comparison is not to complain of, and why. */
export interface Exception extends Action {
  /** Granted though it may be that no call shows it, or refused as it must be. */
  readonly kind: 'unseen' | 'refused'
  readonly why: string
}

export interface Comparison {
  /** Granted and never used. */
  readonly unused: readonly string[]
  /** Called and refused for want of a right. */
  readonly missing: readonly string[]
  /** Exceptions of what is not granted, or was not refused. */
  readonly needless: readonly string[]
}

/** Each a sentence for people, once. */
export function compare(
  permissions: readonly Permission[],
  calls: readonly Call[],
  exceptions: readonly Exception[],
): Comparison {
  const allowed = calls.filter(call => call.allowed)
  const refused = calls.filter(call => !call.allowed)
  const unused = permissions.filter(permission => !allowed.some(call => isUse(call, permission)))
  const except = (kind: Exception['kind'], action: Action) =>
    exceptions.some(each => each.kind === kind && isSame(each, action))
  const hasExcepted = (each: Exception) =>
    (each.kind === 'unseen' ? permissions : refused).some(action => isSame(each, action))
  return {
    unused: once(unused.filter(action => !except('unseen', action)).map(describeUnused)),
    missing: once(refused.filter(action => !except('refused', action)).map(describeMissing)),
    needless: once(exceptions.filter(each => !hasExcepted(each)).map(describeNeedless)),
  }
}

function isSame(one: Action, other: Action): boolean {
  return describeAction(one) === describeAction(other)
}

function isUse(call: Call, permission: Permission): boolean {
  const isInScope = permission.namespace === undefined || permission.namespace === call.namespace
  return isInScope && isSame(call, permission)
}

function once(sentences: readonly string[]): string[] {
  return [...new Set(sentences)].sort()
}

function describeUnused(permission: Permission): string {
  const { namespace, grantedBy } = permission
  return `${describeAction(permission)} ${describeScope(namespace)} is granted by ${grantedBy} and never used`
}

function describeMissing(call: Call): string {
  const scope = call.namespace === undefined ? 'in the whole cluster' : describeScope(call.namespace)
  return `${describeAction(call)} ${scope} was called and refused`
}

function describeNeedless(exception: Exception): string {
  const happened = exception.kind === 'unseen' ? 'it is not granted' : 'it is never refused'
  return `${describeAction(exception)} is excepted, but ${happened}`
}
