// The lock of one target, as it is kept in a Lease in the system's own namespace.

import type { Kubernetes } from '../kubernetes/client.ts'
import { type KubernetesObject, leases, type ObjectMeta } from '../kubernetes/resources.ts'
import { FREE, type Holder, type LockState, type PastRun, type Place, type TurnedAway } from './lock-state.ts'
import { ANNOTATION, LABEL } from './marks.ts'

const REST = 'playbook.kubernaut.io/rests-until'
const RECENT = 'playbook.kubernaut.io/recent'
const LINE = 'playbook.kubernaut.io/line'
const TURNED_AWAY = 'playbook.kubernaut.io/turned-away'
const HOLDER = 'playbook.kubernaut.io/holder'

/** A Lease (https://kubernetes.io/docs/concepts/architecture/leases/) as the system uses it. */
export interface TargetLease extends KubernetesObject {
  readonly metadata: ObjectMeta
  readonly spec: {
    readonly holderIdentity?: string | undefined
    readonly acquireTime?: string | undefined
    readonly leaseTransitions?: number | undefined
  }
}

export interface Lock {
  readonly namespace: string
  readonly targetHash: string
  /** For people who look at the Lease. */
  readonly targetKey: string
}

function leaseName(targetHash: string): string {
  return `target-${targetHash}`
}

export function readState(lease: TargetLease): LockState {
  const { annotations } = lease.metadata
  return {
    holder: annotations?.[HOLDER] === undefined ? undefined : (JSON.parse(annotations[HOLDER]) as Holder),
    restsUntil: Number(annotations?.[REST] ?? 0),
    recent: JSON.parse(annotations?.[RECENT] ?? '[]') as PastRun[],
    line: JSON.parse(annotations?.[LINE] ?? '[]') as Place[],
    turnedAway: JSON.parse(annotations?.[TURNED_AWAY] ?? '[]') as TurnedAway[],
  }
}

/** A MicroTime has exactly six digits of a second. */
export function microTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '000Z')
}

function annotationsOf({ targetKey }: Lock, state: LockState): Record<string, string> {
  const { holder, restsUntil, recent, line, turnedAway } = state
  return {
    [ANNOTATION.target]: targetKey,
    [REST]: String(restsUntil),
    [RECENT]: JSON.stringify(recent),
    ...(line.length === 0 ? {} : { [LINE]: JSON.stringify(line) }),
    ...(turnedAway.length === 0 ? {} : { [TURNED_AWAY]: JSON.stringify(turnedAway) }),
    ...(holder === undefined ? {} : { [HOLDER]: JSON.stringify(holder) }),
  }
}

/** The Lease with a state, made anew where there was none before. */
export function writeState(lock: Lock, state: LockState, previous: TargetLease | undefined): TargetLease {
  const { holder } = state
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      ...(previous?.metadata ?? { name: leaseName(lock.targetHash), namespace: lock.namespace }),
      labels: { [LABEL.lock]: holder === undefined ? 'free' : 'held', [LABEL.target]: lock.targetHash },
      annotations: annotationsOf(lock, state),
    },
    spec: {
      holderIdentity: holder === undefined ? '' : `${holder.namespace}/${holder.name}`,
      ...(holder === undefined ? {} : { acquireTime: microTime(holder.since) }),
      leaseTransitions: (previous?.spec.leaseTransitions ?? 0) + (holder === undefined ? 0 : 1),
    },
  }
}

export function readLease(
  kubernetes: Kubernetes,
  { namespace, targetHash }: Lock,
): Promise<TargetLease | undefined> {
  return kubernetes.get<TargetLease>(leases, { namespace, name: leaseName(targetHash) })
}

export async function readLock(kubernetes: Kubernetes, lock: Lock): Promise<LockState> {
  const lease = await readLease(kubernetes, lock)
  return lease === undefined ? FREE : readState(lease)
}
