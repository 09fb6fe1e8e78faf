// What the faults leave behind in the system's own namespace: dead letters, and the locks and ledgers of our runs.

import type { Kubernetes } from '../../../shared/kubernetes/client.ts'
import {
  configMaps,
  type KubernetesObject,
  leases,
  type Resource,
} from '../../../shared/kubernetes/resources.ts'
import { LABEL } from '../../../shared/remediation/marks.ts'
import { SYSTEM } from '../stage.ts'

type Trace = readonly [resource: Resource, object: KubernetesObject]

async function list(kubernetes: Kubernetes, namespace: string): Promise<readonly Trace[]> {
  const [letters, found] = await Promise.all([
    kubernetes.list<KubernetesObject>(configMaps, { namespace: SYSTEM, labelSelector: LABEL.deadLetter }),
    kubernetes.list<KubernetesObject>(leases, { namespace: SYSTEM }),
  ])
  // A lock names its target, a ledger keeps its event; that of a dead letter has only its name.
  const ours = found.items.filter(
    ({ metadata }) =>
      metadata.name.startsWith('told-dead-') ||
      JSON.stringify(metadata.annotations ?? {}).includes(namespace),
  )
  return [
    ...letters.items.map(item => [configMaps, item] as const),
    ...ours.map(item => [leases, item] as const),
  ]
}

/** Notes what is there; what it answers removes the dead letters that came since, and what is about our namespace. */
export async function noteTraces(kubernetes: Kubernetes, namespace: string): Promise<() => Promise<void>> {
  const before = new Set((await list(kubernetes, namespace)).map(([, { metadata }]) => metadata.uid))
  return async () => {
    const since = (await list(kubernetes, namespace)).filter(([, { metadata }]) => !before.has(metadata.uid))
    await Promise.all(since.map(([resource, { metadata }]) => kubernetes.remove(resource, metadata)))
  }
}
