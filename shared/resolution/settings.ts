// What operators set, in ConfigMaps of the same names, namespaces and keys as Tekton's own.

import type { Kubernetes } from '../kubernetes/client.ts'
import { KubernetesError } from '../kubernetes/errors.ts'
import { configMaps, type KubernetesObject } from '../kubernetes/resources.ts'
import type { Clock } from '../runtime/clock.ts'
import { parseDuration } from '../runtime/duration.ts'
import type { Settings } from './resolver.ts'

interface ConfigMap extends KubernetesObject {
  readonly data?: Settings
}

export interface SettingsOptions {
  readonly kubernetes: Kubernetes
  readonly clock: Clock
  /** Where the resolvers' ConfigMaps are: `tekton-pipelines-resolvers`. */
  readonly resolversNamespace: string
  /** Where `config-defaults` is: `tekton-pipelines`. */
  readonly tektonNamespace: string
}

export interface SettingsReader {
  /** The data of a ConfigMap of the resolvers; empty where there is none, or none that we may read. */
  readonly of: (configMap: string) => Promise<Settings>
  /** Whether `resolvers-feature-flags` leaves this resolver on; on where it says nothing. */
  readonly isEnabled: (flag: string | undefined) => Promise<boolean>
  /** Milliseconds after which Tekton gives a request up: `default-maximum-resolution-timeout`. */
  readonly globalTimeout: () => Promise<number>
}

const KEPT_MS = 10_000
const MINUTE = 60_000
const FALSE: readonly string[] = ['false', 'f', '0']

/** Reads each ConfigMap at most every ten seconds, so that a burst of requests asks once. */
export function createSettings(options: SettingsOptions): SettingsReader {
  const { kubernetes, clock, resolversNamespace, tektonNamespace } = options
  const kept = new Map<string, { readonly at: number; readonly data: Promise<Settings> }>()

  async function read(namespace: string, name: string): Promise<Settings> {
    try {
      return (await kubernetes.get<ConfigMap>(configMaps, { namespace, name }))?.data ?? {}
    } catch (error) {
      if (error instanceof KubernetesError && error.status === 403) return {}
      throw error
    }
  }

  function get(namespace: string, name: string): Promise<Settings> {
    const key = `${namespace}/${name}`
    const known = kept.get(key)
    if (known !== undefined && clock.now() - known.at < KEPT_MS) return known.data
    const data = read(namespace, name)
    kept.set(key, { at: clock.now(), data })
    data.catch(() => kept.delete(key))
    return data
  }

  return {
    of: configMap => get(resolversNamespace, configMap),
    async isEnabled(flag) {
      const flags = await get(resolversNamespace, 'resolvers-feature-flags')
      return flag === undefined || !FALSE.includes((flags[flag] ?? '').toLowerCase())
    },
    async globalTimeout() {
      const defaults = await get(tektonNamespace, 'config-defaults')
      return parseDuration(defaults['default-maximum-resolution-timeout'] ?? '') || MINUTE
    },
  }
}
