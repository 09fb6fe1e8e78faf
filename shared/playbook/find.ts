// Reads the Playbooks that an analysis may mean: one labelled LIST where it is known, all of them where it is not.

import type { Kubernetes } from '../kubernetes/client.ts'
import { playbooks } from '../kubernetes/resources.ts'
import { aliasLabel } from './aliases.ts'
import type { Playbook } from './playbook.ts'
import { type Selection, selectPlaybook, type Wish, wishedNames } from './select.ts'

/**
 * Selects over what the cluster holds now. A label is a hint that anyone may have written: what it finds is matched
 * again by name. When the first name finds nothing, all Playbooks are read, for those not registered yet and for the
 * nearest names.
 */
export async function findPlaybook(kubernetes: Kubernetes, wish: Wish): Promise<Selection> {
  const [first] = wishedNames(wish)
  if (first !== undefined) {
    const { items } = await kubernetes.list<Playbook>(playbooks, { labelSelector: aliasLabel(first) })
    const selected = selectPlaybook(wish, items)
    if (selected.ok || selected.reason !== 'UnknownPlaybook') return selected
  }
  const { items } = await kubernetes.list<Playbook>(playbooks)
  return selectPlaybook(wish, items)
}
