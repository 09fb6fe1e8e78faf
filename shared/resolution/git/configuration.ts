// The ConfigMap `git-resolver-config`: one set of settings, or several by name, as Tekton has them.

import { ResolutionError } from '../error.ts'
import type { Settings } from '../resolver.ts'

const DEFAULT = 'default'

/**
 * The settings that `configKey` names: `name.default-url` is the key `default-url` of the set `name`, a key without a
 * dot belongs to `default` (https://tekton.dev/docs/pipelines/git-resolver/). Sets do not inherit from each other.
 */
export function configurationOf(settings: Settings, configKey: string | undefined): Settings {
  const name = configKey ?? DEFAULT
  const entries = Object.entries(settings).flatMap(([key, value]): [string, string][] => {
    const [set = '', own, ...rest] = key.split('.')
    if (rest.length > 0)
      throw new ResolutionError(
        `key ${key} passed in git resolver configmap is invalid: write at most one dot`,
      )
    if (own === undefined) return name === DEFAULT ? [[key, value]] : []
    return set === name ? [[own, value]] : []
  })
  if (entries.length === 0 && configKey !== undefined && configKey !== DEFAULT)
    throw new ResolutionError(`no git resolver configuration found for configKey ${configKey}`)
  return Object.fromEntries(entries)
}
