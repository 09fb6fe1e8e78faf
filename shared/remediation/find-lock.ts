// Finds the lock that a run has or had, when the run itself is gone and can no longer say which.

import type { Kubernetes } from '../kubernetes/client.ts'
import { leases } from '../kubernetes/resources.ts'
import { placeIn } from './line.ts'
import { type Lock, readState, type TargetLease } from './lock.ts'
import { isSameRun, type LockState } from './lock-state.ts'
import { ANNOTATION, LABEL, RUN_PREFIX } from './marks.ts'

export interface FoundLock {
  readonly lock: Lock
  readonly state: LockState
}

function lockOfLease(lease: TargetLease): Lock {
  const { namespace = 'default', labels, annotations } = lease.metadata
  return {
    namespace,
    targetHash: labels?.[LABEL.target] ?? '',
    targetKey: annotations?.[ANNOTATION.target] ?? '',
  }
}

/** All Leases that are locks, with their states. */
export async function listLocks(kubernetes: Kubernetes, systemNamespace: string): Promise<FoundLock[]> {
  const selection = { namespace: systemNamespace, labelSelector: LABEL.lock }
  const { items } = await kubernetes.list<TargetLease>(leases, selection)
  return items.map(lease => ({ lock: lockOfLease(lease), state: readState(lease) }))
}

/** The lock whose holder is this run, in whose line it is, or which remembers it. */
export async function findLockOfRun(
  kubernetes: Kubernetes,
  systemNamespace: string,
  run: { namespace: string; name: string },
): Promise<FoundLock | undefined> {
  const correlationId = run.name.slice(RUN_PREFIX.length)
  const locks = await listLocks(kubernetes, systemNamespace)
  return locks.find(({ state }) => {
    const holds = state.holder !== undefined && isSameRun(state.holder, run)
    const isKnown = holds || placeIn(state, run) !== undefined
    return isKnown || state.recent.some(past => past.correlationId === correlationId)
  })
}
