// Which Playbooks look like what was asked for, so that a refusal can say what to ask for instead.

import { distance } from 'fastest-levenshtein'
import { repositoryOf } from './aliases.ts'
import type { Playbook } from './playbook.ts'

const MOST = 3

/** How a name may be spelled: as a whole, without tag and digest, and by its last path segment. */
function spellingsOf(asked: string): string[] {
  const whole = asked.toLowerCase()
  const plain = repositoryOf(whole)
  return [whole, plain, plain.split('/').at(-1) ?? plain]
}

/** Edits from one to the other; undefined where more than half would have to change. */
function distanceBetween(asked: string, name: string): number | undefined {
  const far = distance(asked, name)
  return far <= Math.max(3, Math.ceil(Math.max(asked.length, name.length) / 2)) ? far : undefined
}

/** At most three names of Playbooks that look like any of what was asked for, the nearest first. */
export function nearestNames(asked: readonly string[], playbooks: readonly Playbook[]): string[] {
  const spellings = [...new Set(asked.flatMap(spellingsOf))]
  const names = [...new Set(playbooks.map(each => each.metadata.name))]
  return names
    .map(name => {
      const near = spellings.map(each => distanceBetween(each, name)).filter(far => far !== undefined)
      return { name, far: Math.min(...near) }
    })
    .filter(({ far }) => Number.isFinite(far))
    .sort((a, b) => a.far - b.far || a.name.localeCompare(b.name))
    .slice(0, MOST)
    .map(({ name }) => name)
}
