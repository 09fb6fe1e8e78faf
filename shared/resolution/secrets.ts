// Reading credentials for one request, and saying nothing about which secrets exist.

import type { Kubernetes, ObjectKey } from '../kubernetes/client.ts'
import { KubernetesError } from '../kubernetes/errors.ts'
import { type KubernetesObject, secrets, serviceAccounts } from '../kubernetes/resources.ts'
import { ResolutionError } from './error.ts'
import type { Secrets } from './resolver.ts'

interface Secret extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>
}

interface ServiceAccount extends KubernetesObject {
  readonly imagePullSecrets?: readonly { readonly name: string }[]
}

const PULL_KEYS = ['.dockerconfigjson', '.dockercfg'] as const

const OWN = ": create it in the request's namespace, and let the resolver's service account get it"

/** One text for missing, forbidden and without the key: who asks learns nothing about others' secrets. */
function unreadable(name: string, key: string, advice = OWN): ResolutionError {
  return new ResolutionError(`cannot read the key "${key}" of the secret "${name}"${advice}`)
}

function operatorsAdvice(namespace: string): string {
  return ` that the resolver's ConfigMap names: ask an operator to create it in the namespace ${namespace}, and to let the resolver's service account get it`
}

/** A missing right looks like a missing object. */
async function getIfAllowed<T extends KubernetesObject>(
  reading: Promise<T | undefined>,
): Promise<T | undefined> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof KubernetesError && error.status === 403) return undefined
    throw error
  }
}

/** Credentials of a request in this namespace. */
export function createSecrets(kubernetes: Kubernetes, namespace: string): Secrets {
  async function readKeys(key: ObjectKey, keys: readonly string[]): Promise<string | undefined> {
    const { data = {} } = (await getIfAllowed(kubernetes.get<Secret>(secrets, key))) ?? {}
    const found = keys.map(each => data[each]).find(value => value !== undefined)
    return found === undefined ? undefined : Buffer.from(found, 'base64').toString('utf8')
  }

  return {
    async read({ name, key, namespace: operators }) {
      const value = await readKeys({ namespace: operators ?? namespace, name }, [key])
      if (value !== undefined) return value
      throw unreadable(name, key, operators && operatorsAdvice(operators))
    },
    async pullConfigs({ serviceAccount, secrets: named = [] }) {
      const account = await getIfAllowed(
        kubernetes.get<ServiceAccount>(serviceAccounts, { namespace, name: serviceAccount }),
      )
      const own = await Promise.all(
        named.map(async name => {
          const config = await readKeys({ namespace, name }, PULL_KEYS)
          if (config === undefined) throw unreadable(name, PULL_KEYS[0])
          return config
        }),
      )
      const others = await Promise.all(
        (account?.imagePullSecrets ?? []).map(({ name }) => readKeys({ namespace, name }, PULL_KEYS)),
      )
      return [...own, ...others.filter(config => config !== undefined)]
    },
  }
}
