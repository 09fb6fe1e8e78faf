// Reads the objects that remember events, and watches them.

import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { KubernetesError } from '../../shared/kubernetes/errors.ts'
import { startInformer } from '../../shared/kubernetes/informer.ts'
import {
  type KubernetesObject,
  leases,
  pipelineRuns,
  playbooks,
  type Resource,
  taskRuns,
} from '../../shared/kubernetes/resources.ts'
import type { Playbook } from '../../shared/playbook/playbook.ts'
import { endingOf, LABEL, type PipelineRun } from '../../shared/remediation/marks.ts'
import type { Cluster } from '../cluster.ts'
import { eventsOfLedger, eventsOfPlaybook, eventsOfRun } from './record.ts'

export interface Place {
  /** Undefined for all. */
  readonly namespace: string | undefined
  readonly systemNamespace: string
}

interface Kept {
  readonly resource: Resource
  readonly namespace: string | undefined
  readonly labelSelector?: string
  readonly eventsOf: (object: KubernetesObject) => Promise<CloudEvent[]>
}

/** At which task a run failed is known from its TaskRuns alone. */
async function runEvents({ kubernetes }: Cluster, run: PipelineRun): Promise<CloudEvent[]> {
  if (endingOf(run)?.finish !== 'failed') return eventsOfRun(run)
  const { namespace, name } = run.metadata
  const labelSelector = `tekton.dev/pipelineRun=${name}`
  return eventsOfRun(
    run,
    (await kubernetes.list<KubernetesObject>(taskRuns, { namespace, labelSelector })).items,
  )
}

/** Of a refusal that names a playbook of another namespace, nobody else is told. */
function concerns(event: CloudEvent, namespace: string | undefined): boolean {
  const { playbook, run } = (event.data ?? {}) as Record<string, { namespace?: string } | undefined>
  const place = run?.namespace ?? playbook?.namespace
  return namespace === undefined || place === undefined || place === namespace
}

function keptIn(cluster: Cluster, { namespace, systemNamespace }: Place): Kept[] {
  return [
    {
      resource: pipelineRuns,
      namespace,
      labelSelector: LABEL.correlation,
      eventsOf: object => runEvents(cluster, object as PipelineRun),
    },
    { resource: playbooks, namespace, eventsOf: async object => eventsOfPlaybook(object as Playbook) },
    {
      resource: leases,
      namespace: systemNamespace,
      labelSelector: LABEL.ledger,
      eventsOf: async object => eventsOfLedger(object).filter(event => concerns(event, namespace)),
    },
  ]
}

export interface Gathered {
  /** The oldest first. */
  readonly events: readonly CloudEvent[]
  /** What may not be read, in a sentence each. */
  readonly missing: readonly string[]
  /** Tells what is new from now on, until the signal. */
  readonly watch: (signal: AbortSignal, tell: (events: readonly CloudEvent[]) => void) => Promise<void>
}

/** Throws where not even the runs may be read. */
export async function gather(cluster: Cluster, place: Place): Promise<Gathered> {
  const { kubernetes } = cluster
  const missing: string[] = []
  const readable: Kept[] = []
  const events: CloudEvent[] = []
  for (const kept of keptIn(cluster, place)) {
    const { resource, eventsOf, ...selection } = kept
    try {
      const { items } = await kubernetes.list<KubernetesObject>(resource, selection)
      readable.push(kept)
      for (const object of items) events.push(...(await eventsOf(object)))
    } catch (error) {
      if (!(error instanceof KubernetesError && error.status === 403) || resource === pipelineRuns)
        throw error
      missing.push(`You may not list ${resource.plural} in ${selection.namespace ?? 'all namespaces'}.`)
    }
  }
  return {
    events: events.toSorted((one, other) => Date.parse(one.time ?? '') - Date.parse(other.time ?? '')),
    missing,
    async watch(signal, tell) {
      const informers = readable.map(({ eventsOf, ...selection }) =>
        startInformer<KubernetesObject>({
          kubernetes,
          ...selection,
          signal,
          log: () => undefined,
          see({ type, object }) {
            if (type === 'changed') void eventsOf(object).then(tell, () => undefined)
          },
        }),
      )
      await Promise.all(informers)
    },
  }
}
