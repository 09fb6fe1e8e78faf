// The object that a remediation changes, named so that every spelling of it is one lock.

import { hashOf } from '../events/identity.ts'

export interface Target {
  readonly apiVersion?: string | undefined
  readonly kind: string
  readonly name: string
  /** Absent for a cluster-scoped object. */
  readonly namespace?: string | undefined
}

/** Kinds whose plural is not their name and an `s`. */
const PLURALS: Readonly<Record<string, string>> = {
  endpoints: 'endpoints',
  ingresses: 'ingress',
  ingressclasses: 'ingressclass',
  storageclasses: 'storageclass',
  priorityclasses: 'priorityclass',
  networkpolicies: 'networkpolicy',
}

/** `Deployment`, `deployments` and `deployments.apps` are one kind: `deployment`. */
export function normaliseKind(kind: string): string {
  const [plain = ''] = kind.trim().toLowerCase().split('.')
  if (PLURALS[plain] !== undefined) return PLURALS[plain]
  if (plain.endsWith('ies')) return `${plain.slice(0, -3)}y`
  return plain.endsWith('s') && !plain.endsWith('ss') ? plain.slice(0, -1) : plain
}

/** `namespace/kind/name`, or `kind/name` where there is no namespace; in one spelling. */
export function targetKey(target: Target): string {
  const namespace = target.namespace?.trim().toLowerCase()
  const tail = `${normaliseKind(target.kind)}/${target.name.trim().toLowerCase()}`
  return namespace === undefined || namespace === '' ? tail : `${namespace}/${tail}`
}

export function targetHash(target: Target): string {
  return hashOf(targetKey(target))
}

/** For people: `Deployment production/my-app`. */
export function describeTarget(target: Target): string {
  const { kind, name, namespace } = target
  return namespace === undefined || namespace === '' ? `${kind} ${name}` : `${kind} ${namespace}/${name}`
}
