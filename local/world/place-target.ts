// The object that an analysis is about, so that there is something to remediate in a world where nothing runs.

import { parseAnalysis } from '../../shared/analysis/parse.ts'
import type { Kubernetes } from '../../shared/kubernetes/client.ts'
import type { KubernetesObject } from '../../shared/kubernetes/resources.ts'
import { targetOf } from '../../shared/parameters/platform.ts'
import { normaliseKind, type Target } from '../../shared/remediation/target.ts'
import { lookAt } from '../../shared/targets/look.ts'

export interface Ground {
  readonly kubernetes: Kubernetes
  readonly apply: (object: KubernetesObject) => Promise<void>
}

function targetIn(data: unknown): Target | undefined {
  const analysis = parseAnalysis(data)
  if (analysis.target !== undefined || analysis.kind === 'none') return analysis.target
  return analysis.candidates
    .map(({ parameters = {} }) => targetOf(parameters))
    .find(each => each !== undefined)
}

/** What the API server asks of a workload; none of its pods is ever wanted. */
function workload(name: string, more: object = {}): object {
  const labels = { app: name }
  const containers = [{ name: 'main', image: 'registry.example.com/app:1' }]
  return {
    ...more,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers } },
  }
}

const KINDS: Readonly<
  Record<string, readonly [apiVersion: string, kind: string, spec: (name: string) => object]>
> = {
  deployment: ['apps/v1', 'Deployment', name => workload(name, { replicas: 0 })],
  statefulset: ['apps/v1', 'StatefulSet', name => workload(name, { replicas: 0, serviceName: name })],
  daemonset: ['apps/v1', 'DaemonSet', name => workload(name)],
  node: ['v1', 'Node', () => ({})],
  poddisruptionbudget: ['policy/v1', 'PodDisruptionBudget', () => ({ maxUnavailable: 0 })],
  persistentvolumeclaim: [
    'v1',
    'PersistentVolumeClaim',
    () => ({ accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }),
  ],
}

/** Makes the target and its namespace where they do not exist; what cannot be made is left to the verdict. */
export async function placeTarget({ kubernetes, apply }: Ground, data: unknown): Promise<void> {
  const target = targetIn(data)
  const known = target === undefined ? undefined : KINDS[normaliseKind(target.kind)]
  if (target === undefined || known === undefined || (await lookAt(kubernetes, target)).kind !== 'gone')
    return
  const { name, namespace } = target
  const [apiVersion, kind, spec] = known
  if (kind !== 'Node')
    await apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace ?? '' } })
  const metadata = kind === 'Node' ? { name } : { name, namespace: namespace ?? '' }
  await apply({ apiVersion, kind, metadata, spec: spec(name) } as KubernetesObject)
}
