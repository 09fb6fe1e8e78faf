// What the tests of selection share: two Playbooks, and a selection in one line.

import type { Playbook } from '../../../shared/playbook/playbook.ts'
import { type Selection, selectPlaybook, type Wish } from '../../../shared/playbook/select.ts'
import { digest, registered, release } from './kit.ts'

export const UUID = 'bff5b971-849c-500a-a3b5-9d603474ef57'
export const scale = registered('scale-down', {
  spec: { bundle: 'quay.io/org/scale-bundle:v2.0.0', aliases: [UUID, 'oomkill', digest('e')] },
  history: [release('2.0.0', 'b'), release('1.0.0', 'a')],
})
export const drain = registered('cordon-drain', { namespace: 'nodes' })

/** `namespace/name version`, or the reason. */
export function summary(selection: Selection): string {
  if (!selection.ok) return selection.reason
  const { playbook, release } = selection
  return `${playbook.metadata.namespace}/${playbook.metadata.name} ${release.version}`
}

export function select(wish: Wish, playbooks: readonly Playbook[] = [scale, drain]): string {
  return summary(selectPlaybook(wish, playbooks))
}
