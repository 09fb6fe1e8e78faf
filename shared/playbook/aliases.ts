// How a Playbook is found by whatever an analysis calls it: one label per name, so that a lookup is one LIST.

import { hashOf } from '../events/identity.ts'
import type { Playbook } from './playbook.ts'

const PREFIX = 'alias.playbook.kubernaut.io/'

/** The reference without tag and digest: `quay.io/org/name:v1@sha256:…` → `quay.io/org/name`. */
export function repositoryOf(reference: string): string {
  const [beforeDigest = ''] = reference.split('@')
  return beforeDigest.replace(/:[^:/]+$/, '')
}

/** Every name under which this Playbook may be asked for: its own, its aliases, its bundle's or image's repository. */
export function namesOf(playbook: Playbook): string[] {
  const { name, namespace } = playbook.metadata
  const { bundle, image, aliases = [] } = playbook.spec
  const repositories = [bundle, image ?? playbook.status?.image]
    .filter(each => each !== undefined)
    .map(repositoryOf)
  return [...new Set([name, `${namespace ?? 'default'}/${name}`, ...repositories, ...aliases])]
}

export function aliasLabel(name: string): string {
  return PREFIX + hashOf(name)
}

/** The labels that `register` writes: the aliases of today set, those of yesterday null (a merge patch removes them). */
export function aliasLabels(playbook: Playbook): Record<string, string | null> {
  const stale = Object.keys(playbook.metadata.labels ?? {}).filter(label => label.startsWith(PREFIX))
  const removed = stale.map((label): [string, null] => [label, null])
  const wanted = namesOf(playbook).map((name): [string, string] => [aliasLabel(name), 'true'])
  return Object.fromEntries([...removed, ...wanted])
}
