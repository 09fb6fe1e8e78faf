// The lock of one target, kept in a Lease in the system's own namespace and changed by compare-and-swap.

import type { Kubernetes } from '../kubernetes/client.ts'
import { isAlreadyExists, isConflict } from '../kubernetes/errors.ts'
import { type KubernetesObject, leases, type ObjectMeta } from '../kubernetes/resources.ts'
import { Fault } from '../runtime/fault.ts'
import { FREE, type Holder, type LockState, type PastRun } from './lock-state.ts'
import { ANNOTATION, LABEL } from './marks.ts'

const REST = 'playbook.kubernaut.io/rests-until'
const RECENT = 'playbook.kubernaut.io/recent'
const HOLDER = 'playbook.kubernaut.io/holder'
const ATTEMPTS = 8

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
  }
}

function writeState(lock: Lock, state: LockState, previous: TargetLease | undefined): TargetLease {
  const { holder, restsUntil, recent } = state
  const since = holder === undefined ? undefined : new Date(holder.since).toISOString()
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      ...(previous?.metadata ?? { name: leaseName(lock.targetHash), namespace: lock.namespace }),
      labels: { [LABEL.lock]: holder === undefined ? 'free' : 'held', [LABEL.target]: lock.targetHash },
      annotations: {
        [ANNOTATION.target]: lock.targetKey,
        [REST]: String(restsUntil),
        [RECENT]: JSON.stringify(recent),
        ...(holder === undefined ? {} : { [HOLDER]: JSON.stringify(holder) }),
      },
    },
    spec: {
      holderIdentity: holder === undefined ? '' : `${holder.namespace}/${holder.name}`,
      // A MicroTime: exactly six digits of a second.
      ...(since === undefined ? {} : { acquireTime: since.replace('Z', '000Z') }),
      leaseTransitions: (previous?.spec.leaseTransitions ?? 0) + (holder === undefined ? 0 : 1),
    },
  }
}

export async function readLock(kubernetes: Kubernetes, lock: Lock): Promise<LockState> {
  const { namespace, targetHash } = lock
  const lease = await kubernetes.get<TargetLease>(leases, { namespace, name: leaseName(targetHash) })
  return lease === undefined ? FREE : readState(lease)
}

async function write(kubernetes: Kubernetes, lease: TargetLease, isNew: boolean): Promise<boolean> {
  try {
    await (isNew ? kubernetes.create(leases, lease) : kubernetes.replace(leases, lease))
    return true
  } catch (error) {
    if (isConflict(error) || isAlreadyExists(error)) return false
    throw error
  }
}

/**
 * Reads the lock, asks `change` what it should become, and writes that only if nobody wrote meanwhile; otherwise it
 * reads again. `change` answers the next state, or undefined to leave it, and whatever it found out beside it.
 */
export async function changeLock<T>(
  kubernetes: Kubernetes,
  lock: Lock,
  change: (state: LockState) => { next: LockState | undefined; result: T },
): Promise<T> {
  const { namespace, targetHash } = lock
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const lease = await kubernetes.get<TargetLease>(leases, { namespace, name: leaseName(targetHash) })
    const { next, result } = change(lease === undefined ? FREE : readState(lease))
    if (next === undefined) return result
    if (await write(kubernetes, writeState(lock, next, lease), lease === undefined)) return result
  }
  throw new Fault('unavailable', `The lock of ${lock.targetKey} is contended; try again.`)
}
