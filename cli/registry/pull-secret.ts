// Registry credentials from a pull secret of the cluster, as its runs use them.

import type { CredentialStore } from '../../shared/oci/credentials.ts'
import { secretCredentials } from '../../shared/playbook/pull-credentials.ts'
import { type ClusterOptions, openCluster } from '../cluster.ts'
import { type Shell, Trouble } from '../shell.ts'

/** `namespace/name`, or a name in the context's namespace. Throws Trouble, KubernetesError and InvalidDockerConfig. */
export async function pullSecret(
  shell: Shell,
  text: string,
  options: ClusterOptions,
): Promise<CredentialStore> {
  await using cluster = openCluster(shell, options)
  const [namespace, name] = text.includes('/') ? text.split('/', 2) : [cluster.namespace, text]
  const store = await secretCredentials(cluster.kubernetes, { namespace, name: name ?? '' })
  if (store === undefined) throw new Trouble(`There is no Secret ${namespace}/${name} for --pull-secret.`)
  return store
}
