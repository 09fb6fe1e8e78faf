// Comma-separated lists of namespaces in a ConfigMap: which may be read, and which never.

import type { Settings } from './resolver.ts'

function listOf(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map(each => each.trim())
    .filter(each => each !== '')
}

type Access = 'open' | 'blocked' | 'not allowed'

/**
 * `blocked-namespaces` goes before `allowed-namespaces`; but where all (`*`) are blocked, those that are allowed by name
 * are open (https://tekton.dev/docs/pipelines/cluster-resolver/).
 */
export function accessTo(namespace: string, settings: Settings): Access {
  const blocked = listOf(settings['blocked-namespaces'])
  const allowed = listOf(settings['allowed-namespaces'])
  if (blocked.includes(namespace)) return 'blocked'
  if (blocked.includes('*')) return allowed.includes(namespace) ? 'open' : 'blocked'
  return allowed.length === 0 || allowed.includes('*') || allowed.includes(namespace) ? 'open' : 'not allowed'
}

/** Whether `allowed-namespaces` names it or all; nothing is allowed that is not listed. */
export function isListed(namespace: string, settings: Settings): boolean {
  const allowed = listOf(settings['allowed-namespaces'])
  return allowed.includes('*') || allowed.includes(namespace)
}
