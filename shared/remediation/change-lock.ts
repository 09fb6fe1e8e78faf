// Changes a lock by compare-and-swap, the changes of one process in turn.

import type { Kubernetes } from '../kubernetes/client.ts'
import { isAlreadyExists, isConflict } from '../kubernetes/errors.ts'
import { leases } from '../kubernetes/resources.ts'
import { Fault } from '../runtime/fault.ts'
import { type Lock, readLease, readState, type TargetLease, writeState } from './lock.ts'
import { FREE, type LockState } from './lock-state.ts'

const ATTEMPTS = 8

/** Writes a Lease that nobody wrote since it was read, or that is new; false when somebody did. */
export async function writeLease(kubernetes: Kubernetes, lease: TargetLease): Promise<boolean> {
  const isNew = lease.metadata.resourceVersion === undefined
  try {
    await (isNew ? kubernetes.create(leases, lease) : kubernetes.replace(leases, lease))
    return true
  } catch (error) {
    if (isConflict(error) || isAlreadyExists(error)) return false
    throw error
  }
}

/** What a state should become, undefined to leave it, and whatever was found out beside it. */
export interface Change<T> {
  readonly next: LockState | undefined
  readonly result: T
}

interface Wish {
  readonly change: (state: LockState) => Change<unknown>
  readonly settle: PromiseWithResolvers<unknown>
}

/** Reads the lock, makes all changes in turn, and writes the outcome only if nobody wrote meanwhile, else once more. */
async function commit(kubernetes: Kubernetes, lock: Lock, wishes: readonly Wish[]): Promise<unknown[]> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const lease = await readLease(kubernetes, lock)
    const before = lease === undefined ? FREE : readState(lease)
    let state = before
    const results = wishes.map(({ change }) => {
      const { next, result } = change(state)
      state = next ?? state
      return result
    })
    if (state === before) return results
    if (await writeLease(kubernetes, writeState(lock, state, lease))) return results
  }
  throw new Fault('unavailable', `The lock of ${lock.targetKey} is contended; try again.`)
}

/** What is to be changed next, per client and lock; a lock that nobody is changing has no entry. */
const waiting = new WeakMap<Kubernetes, Map<string, Wish[]>>()

async function work(kubernetes: Kubernetes, lock: Lock, wishes: Wish[]): Promise<void> {
  while (wishes.length > 0) {
    const batch = wishes.splice(0)
    try {
      const results = await commit(kubernetes, lock, batch)
      for (const [index, { settle }] of batch.entries()) settle.resolve(results[index])
    } catch (error) {
      for (const { settle } of batch) settle.reject(error)
    }
  }
  // In the same turn in which nothing more was found: what comes from now on begins anew.
  waiting.get(kubernetes)?.delete(keyOf(lock))
}

function keyOf({ namespace, targetHash }: Lock): string {
  return `${namespace}/${targetHash}`
}

/**
 * Changes a lock. `change` is pure, and asked again when somebody else wrote first. Whoever comes while a change of the
 * same process is under way is done with the next one, all at once, so that a storm of events on one target is a few
 * writes; the changes of other processes are met by compare-and-swap.
 */
export async function changeLock<T>(
  kubernetes: Kubernetes,
  lock: Lock,
  change: (state: LockState) => Change<T>,
): Promise<T> {
  const locks = waiting.get(kubernetes) ?? new Map<string, Wish[]>()
  waiting.set(kubernetes, locks)
  const settle = Promise.withResolvers<unknown>()
  const wish = { change, settle }
  const others = locks.get(keyOf(lock))
  if (others !== undefined) others.push(wish)
  else {
    const wishes = [wish]
    locks.set(keyOf(lock), wishes)
    void work(kubernetes, lock, wishes)
  }
  return (await settle.promise) as T
}
