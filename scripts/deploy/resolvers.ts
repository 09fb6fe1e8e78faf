// One deployment of `resolve` for each type of request that has a service account: what is not there has no rights, and no process.

import type { Kubernetes } from '../../shared/kubernetes/client.ts'
import { serviceAccounts } from '../../shared/kubernetes/resources.ts'
import type { Descriptor } from './descriptor.ts'

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
