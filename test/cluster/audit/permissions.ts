// What the service accounts of one namespace may do: the roles that are bound to them, one verb at a time.

import type { KubernetesObject, ObjectMeta } from '../../../shared/kubernetes/resources.ts'

interface Rule {
  readonly apiGroups?: readonly string[]
  readonly resources?: readonly string[]
  readonly verbs: readonly string[]
}

interface Subject {
  readonly kind: string
  readonly name: string
  readonly namespace?: string
}

/** A Role, ClusterRole, RoleBinding or ClusterRoleBinding (rbac.authorization.k8s.io/v1). */
export interface RbacObject extends KubernetesObject {
  readonly kind: string
  readonly metadata: ObjectMeta
  readonly rules?: readonly Rule[] | null
  readonly roleRef?: { readonly kind: string; readonly name: string }
  readonly subjects?: readonly Subject[]
}

/** One verb on one resource. */
export interface Action {
  /** The service account's name. */
  readonly account: string
  readonly verb: string
  /** The API group; '' is the core. */
  readonly group: string
  /** The plural, with the subresource: `playbooks/status`. */
  readonly resource: string
}

export interface Permission extends Action {
  /** Undefined where it holds in every namespace. */
  readonly namespace: string | undefined
  readonly grantedBy: string
}

/**
 * Every permission that a binding gives to a service account of the namespace by its name. A wildcard stays what it is,
 * so that no call ever matches it: nobody needs everything. Rules for URLs that are no resources are left out.
 */
export function expandPermissions(objects: readonly RbacObject[], accountsOf: string): Permission[] {
  return objects.flatMap(binding => {
    const role = objects.find(each => isRoleOf(binding, each))
    const { namespace } = binding.metadata
    const grantedBy = `${role?.kind} ${role?.metadata.name}`
    return accountNames(binding, accountsOf).flatMap(account =>
      (role?.rules ?? []).flatMap(actionsOf).map(action => ({ account, ...action, namespace, grantedBy })),
    )
  })
}

function isRoleOf({ metadata, roleRef }: RbacObject, candidate: RbacObject): boolean {
  const { kind, metadata: of } = candidate
  const isNamed = kind === roleRef?.kind && of.name === roleRef.name
  return isNamed && (kind === 'ClusterRole' || of.namespace === metadata.namespace)
}

function accountNames({ subjects = [], metadata }: RbacObject, accountsOf: string): string[] {
  return subjects
    .filter(
      ({ kind, namespace = metadata.namespace }) => kind === 'ServiceAccount' && namespace === accountsOf,
    )
    .map(({ name }) => name)
}

function actionsOf({ apiGroups = [], resources = [], verbs }: Rule): Omit<Action, 'account'>[] {
  return apiGroups.flatMap(group =>
    resources.flatMap(resource => verbs.map(verb => ({ verb, group, resource }))),
  )
}

/** `sweep: delete leases.coordination.k8s.io`, as `kubectl auth can-i` takes it. */
export function describeAction({ account, verb, group, resource }: Action): string {
  const [plural, subresource] = resource.split('/')
  const suffix = subresource === undefined ? '' : `/${subresource}`
  return `${account}: ${verb} ${group === '' ? plural : `${plural}.${group}`}${suffix}`
}

export function describeScope(namespace: string | undefined): string {
  return namespace === undefined ? 'in every namespace' : `in ${namespace}`
}
