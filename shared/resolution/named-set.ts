// What a ConfigMap says of the framework's limits, where it has several sets of settings by name.

import type { ResolverRequest } from './resolver.ts'

/** The key of the set that the parameter `configKey` names, else that without a set (https://tekton.dev/docs/pipelines/git-resolver/#specifying-configuration-for-multiple-git-providers). */
export function settingOf(
  { params, settings }: Pick<ResolverRequest, 'params' | 'settings'>,
  key: string,
): string | undefined {
  return settings[`${params.get('configKey') || 'default'}.${key}`] ?? settings[key]
}
