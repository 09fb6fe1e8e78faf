// One deployment of `resolve` for each type of request that has a service account: what is not there has no rights, and no process.

import type { Kubernetes } from '../../shared/kubernetes/client.ts'
import { serviceAccounts } from '../../shared/kubernetes/resources.ts'
import { RESOLVERS } from '../../shared/resolution/resolvers.ts'
import { DEPLOYERS } from './arguments.ts'
import type { Descriptor } from './descriptor.ts'
import { listStanding, removeStanding } from './standing.ts'
import type { Place } from './surroundings.ts'

/** On a service account: the type that is answered under it. */
export const RESOLVER_LABEL = 'playbook.kubernaut.io/resolver'

const TEMPLATE = 'resolve'
const PLACEHOLDER = '{{ resolver }}'

/** The types that `kubectl apply -k triggers/resolution` enabled here, in the order of their names. */
export async function enabledResolvers(
  kubernetes: Kubernetes,
  namespace: string,
): Promise<readonly { readonly type: string; readonly account: string }[]> {
  const { items } = await kubernetes.list(serviceAccounts, { namespace, labelSelector: RESOLVER_LABEL })
  return items
    .map(({ metadata: { name, labels } }) => ({ type: labels?.[RESOLVER_LABEL] ?? '', account: name }))
    .toSorted((a, b) => (a.type < b.type ? -1 : 1))
}

/** The func.yaml of `resolve` once per enabled type, as `resolve-<type>`; none where none is enabled. */
export function expandResolvers(
  descriptors: readonly Descriptor[],
  enabled: readonly { readonly type: string; readonly account: string }[],
): Descriptor[] {
  return descriptors.flatMap(descriptor => {
    if (descriptor.name !== TEMPLATE) return [descriptor]
    return enabled.map(({ type, account }) => ({
      ...descriptor,
      name: `${TEMPLATE}-${type}`,
      run: {
        ...descriptor.run,
        envs: (descriptor.run?.envs ?? []).map(env =>
          env.value === PLACEHOLDER ? { ...env, value: type } : env,
        ),
      },
      deploy: { ...descriptor.deploy, serviceAccountName: account },
    }))
  })
}

/** Removes the deployments of types that no service account enables any more, whichever deployer made them. */
export async function removeRetired(
  place: Place,
  enabled: readonly { readonly type: string }[],
  say: (line: string) => void,
): Promise<void> {
  const kept = new Set(enabled.map(({ type }) => type))
  const names = Object.keys(RESOLVERS).flatMap(type => (kept.has(type) ? [] : [`${TEMPLATE}-${type}`]))
  for (const deployer of DEPLOYERS)
    for (const { name, uid } of await listStanding(place, deployer)) {
      if (!names.includes(name)) continue
      await removeStanding(place, name, { deployer, uid })
      say(`${name}: removed, for no service account enables it`)
    }
}
