// The registry credentials of a Playbook: its own pull secrets, then those of the service account its runs use.

import type { Kubernetes, ObjectKey } from '../kubernetes/client.ts'
import { KubernetesError } from '../kubernetes/errors.ts'
import { type KubernetesObject, secrets, serviceAccounts } from '../kubernetes/resources.ts'
import { type CredentialStore, fromDockerConfig, InvalidDockerConfig } from '../oci/credentials.ts'
import type { Playbook } from './playbook.ts'

interface Secret extends KubernetesObject {
  readonly type?: string
  readonly data?: Readonly<Record<string, string>>
}

interface ServiceAccount extends KubernetesObject {
  readonly imagePullSecrets?: readonly { readonly name: string }[]
}

const KEYS = ['.dockerconfigjson', '.dockercfg']

function decode(secret: Secret): string {
  const encoded = KEYS.map(key => secret.data?.[key]).find(value => value !== undefined)
  if (encoded === undefined)
    throw new InvalidDockerConfig(
      `Secret ${secret.metadata.name} is no pull secret: it has neither .dockerconfigjson nor .dockercfg. Make it with kubectl create secret docker-registry.`,
    )
  return Buffer.from(encoded, 'base64').toString('utf8')
}

export interface PullCredentials {
  readonly store: CredentialStore
  /** Secrets that we have no right to read, as `namespace/name`; a registry that anyone may read needs none. */
  readonly unread: readonly string[]
}

async function readSecret(kubernetes: Kubernetes, key: ObjectKey): Promise<Secret | 'missing' | 'forbidden'> {
  try {
    return (await kubernetes.get<Secret>(secrets, key)) ?? 'missing'
  } catch (error) {
    if (error instanceof KubernetesError && error.status === 403) return 'forbidden'
    throw error
  }
}

/** The logins in one pull secret; undefined where there is no such Secret. Throws KubernetesError and InvalidDockerConfig. */
export async function secretCredentials(
  kubernetes: Kubernetes,
  key: ObjectKey,
): Promise<CredentialStore | undefined> {
  const secret = await kubernetes.get<Secret>(secrets, key)
  return secret === undefined ? undefined : fromDockerConfig(decode(secret))
}

/**
 * Reads the same secrets that Tekton's bundle resolver and the kubelet would, in the Playbook's own namespace
 * (https://kubernetes.io/docs/concepts/containers/images/#specifying-imagepullsecrets-on-a-pod). A secret that the
 * Playbook names must exist; one that only the service account names may be missing, as for the kubelet.
 */
export async function pullCredentials(kubernetes: Kubernetes, playbook: Playbook): Promise<PullCredentials> {
  const namespace = playbook.metadata.namespace ?? 'default'
  const own = playbook.spec.imagePullSecrets ?? []
  const name = playbook.spec.serviceAccountName ?? 'default'
  const account = await kubernetes.get<ServiceAccount>(serviceAccounts, { namespace, name })
  const configs: string[] = []
  const unread: string[] = []
  for (const each of [...own, ...(account?.imagePullSecrets ?? [])]) {
    const secret = await readSecret(kubernetes, { namespace, name: each.name })
    if (secret === 'forbidden') unread.push(`${namespace}/${each.name}`)
    else if (secret !== 'missing') configs.push(decode(secret))
    else if (own.includes(each))
      throw new InvalidDockerConfig(
        `Secret ${namespace}/${each.name} in spec.imagePullSecrets does not exist. Create it.`,
      )
  }
  return { store: fromDockerConfig(configs), unread }
}
