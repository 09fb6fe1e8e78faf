// Playbooks of a cluster: one by its name, or all of a namespace.

import { playbooks } from '../../shared/kubernetes/resources.ts'
import {
  currentRelease,
  nameOf,
  type Playbook,
  type Release,
  readyCondition,
} from '../../shared/playbook/playbook.ts'
import type { Cluster } from '../cluster.ts'
import { Trouble } from '../shell.ts'

/** `namespace/name`, or a name in the usual namespace. */
function keyOf({ namespace }: Cluster, text: string): { namespace: string; name: string } {
  const [first = '', second] = text.split('/', 2)
  return second === undefined ? { namespace, name: first } : { namespace: first, name: second }
}

/** Throws Trouble where there is none. */
export async function readPlaybook(cluster: Cluster, text: string): Promise<Playbook> {
  const key = keyOf(cluster, text)
  const found = await cluster.kubernetes.get<Playbook>(playbooks, key)
  if (found === undefined) throw new Trouble(`There is no Playbook ${key.namespace}/${key.name}.`)
  return found
}

/** `True`, or why not. */
export function readiness(playbook: Playbook): string {
  const { generation } = playbook.metadata
  const condition = readyCondition(playbook)
  // The status stays that of the last version that was registered; the condition is about this one.
  const seen = condition?.observedGeneration ?? playbook.status?.observedGeneration
  if (condition === undefined || (generation !== undefined && seen !== generation)) return 'not looked at yet'
  return condition.status === 'True' ? 'True' : (condition.reason ?? condition.status)
}

/** The current version, or one that was registered before; throws Trouble where there is none. */
export function releaseOf(playbook: Playbook, version: string | undefined): Release {
  const release =
    version === undefined
      ? currentRelease(playbook)
      : playbook.status?.history?.find(each => each.version === version)
  if (release !== undefined) return release
  throw new Trouble(
    `${nameOf(playbook)} has no version ${version ?? 'that is registered'}: see playbook show.`,
  )
}
