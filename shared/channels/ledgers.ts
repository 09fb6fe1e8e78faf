// The two places where it is written who was told: a run's own annotation, and a Lease for news without a run.

import type { CloudEvent } from '../events/cloudevent.ts'
import { hashOf } from '../events/identity.ts'
import { eventToText } from '../events/text.ts'
import type { Kubernetes, ObjectKey } from '../kubernetes/client.ts'
import { isAlreadyExists, isConflict } from '../kubernetes/errors.ts'
import { type KubernetesObject, leases, pipelineRuns, type Resource } from '../kubernetes/resources.ts'
import { ANNOTATION, LABEL, type PipelineRun } from '../remediation/marks.ts'
import { Fault } from '../runtime/fault.ts'
import type { Entries, Ledger } from './tell.ts'

const ATTEMPTS = 8

function read(object: KubernetesObject | undefined): Entries {
  return JSON.parse(object?.metadata.annotations?.[ANNOTATION.told] ?? '{}') as Entries
}

async function repeat(attempt: () => Promise<Entries | undefined>): Promise<Entries> {
  for (let count = 0; count < ATTEMPTS; count++) {
    try {
      const entries = await attempt()
      if (entries !== undefined) return entries
    } catch (error) {
      if (!isConflict(error) && !isAlreadyExists(error)) throw error
    }
  }
  throw new Fault('unavailable', 'The ledger of who was told is contended; try again.')
}

/** Kept on the PipelineRun. */
export function runLedger(kubernetes: Kubernetes, key: ObjectKey): Ledger {
  return {
    change: next =>
      repeat(async () => {
        const run = await kubernetes.get<PipelineRun>(pipelineRuns, key)
        if (run === undefined) return {}
        const before = read(run)
        const after = next(before)
        if (after === undefined) return before
        const patch = { metadata: { annotations: { [ANNOTATION.told]: JSON.stringify(after) } } }
        await kubernetes.patch(pipelineRuns, key, patch, { resourceVersion: run.metadata.resourceVersion })
        return after
      }),
  }
}

/** Marks a run, or a ledger's Lease, of which everyone was told, so that the sweep passes it by. */
export async function markTold(kubernetes: Kubernetes, resource: Resource, key: ObjectKey): Promise<void> {
  await kubernetes.patch(resource, key, { metadata: { labels: { [LABEL.told]: 'yes' } } })
}

/** The name of the Lease that keeps who was told of an event that is about no run. */
export function ledgerName({ source, id }: { readonly source: string; readonly id: string }): string {
  return `told-${hashOf(source, id)}`
}

export interface LeaseLedgerOptions {
  readonly namespace: string
  readonly name: string
  /** What is told, kept beside who was told, so that the sweep can post it again when somebody could not be reached. */
  readonly event?: CloudEvent
}

/** Kept in a Lease of its own, named by the news; the sweep removes it after a day. */
export function leaseLedger(kubernetes: Kubernetes, options: LeaseLedgerOptions): Ledger {
  const { event, ...key } = options
  const repeatable = event === undefined ? {} : { [ANNOTATION.event]: eventToText(event) }
  return {
    change: next =>
      repeat(async () => {
        const lease = await kubernetes.get<KubernetesObject>(leases, key)
        const before = read(lease)
        const after = next(before)
        if (after === undefined) return before
        const fresh = { ...key, labels: { [LABEL.ledger]: 'true', ...(event ? { [LABEL.told]: 'no' } : {}) } }
        const metadata = {
          ...(lease?.metadata ?? fresh),
          annotations: { ...repeatable, [ANNOTATION.told]: JSON.stringify(after) },
        }
        const object = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec: {} }
        await (lease === undefined ? kubernetes.create(leases, object) : kubernetes.replace(leases, object))
        return after
      }),
  }
}
