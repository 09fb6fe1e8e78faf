// Changes a lock by compare-and-swap, the changes of one process in turn.

import { LRUCache } from 'lru-cache'
import type { Kubernetes } from '../kubernetes/client.ts'
import { isAlreadyExists, isConflict, isNotFound } from '../kubernetes/errors.ts'
import { leases } from '../kubernetes/resources.ts'
import { Fault } from '../runtime/fault.ts'
import { type Lock, readLease, readState, type TargetLease, writeState } from './lock.ts'
import { FREE, type LockState } from './lock-state.ts'

const ATTEMPTS = 8

/** Writes a Lease that nobody wrote since it was read, or that is new; undefined when somebody did. */
export async function writeLease(
  kubernetes: Kubernetes,
  lease: TargetLease,
): Promise<TargetLease | undefined> {
  const isNew = lease.metadata.resourceVersion === undefined
  try {
    return await (isNew ? kubernetes.create(leases, lease) : kubernetes.replace(leases, lease))
  } catch (error) {
    if (isConflict(error) || isAlreadyExists(error) || (!isNew && isNotFound(error))) return undefined
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

/** What a client of the API has to do with locks. */
interface Locks {
  /** What is to be changed next; a lock that nobody is changing has no entry. */
  readonly waiting: Map<string, Wish[]>
  /** Each lock as this process wrote it last: a guess at what it is now, which only a write can confirm. */
  readonly written: LRUCache<string, TargetLease>
}

const REMEMBERED = 2_000
const known = new WeakMap<Kubernetes, Locks>()

function locksOf(kubernetes: Kubernetes): Locks {
  const locks = known.get(kubernetes) ?? { waiting: new Map(), written: new LRUCache({ max: REMEMBERED }) }
  known.set(kubernetes, locks)
  return locks
}

/** Makes all changes in turn. */
function applyAll(before: LockState, wishes: readonly Wish[]): { state: LockState; results: unknown[] } {
  let state = before
  const results = wishes.map(({ change }) => {
    const { next, result } = change(state)
    state = next ?? state
    return result
  })
  return { state, results }
}

/**
 * Writes the outcome of all changes only if nobody wrote meanwhile, else once more. A lock that was never written by
 * this process is first taken for one that does not exist yet, another for what it was then: the write proves it, and
 * without a write, or where it is refused, the lock is read.
 */
async function commit(kubernetes: Kubernetes, lock: Lock, wishes: readonly Wish[]): Promise<unknown[]> {
  const { written } = locksOf(kubernetes)
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const isGuess = attempt === 0
    const lease = isGuess ? written.get(keyOf(lock)) : await readLease(kubernetes, lock)
    const before = lease === undefined ? FREE : readState(lease)
    const { state, results } = applyAll(before, wishes)
    if (state === before && !isGuess) return results
    if (state === before) continue
    const now = await writeLease(kubernetes, writeState(lock, state, lease))
    written.set(keyOf(lock), now)
    if (now !== undefined) return results
  }
  throw new Fault('unavailable', `The lock of ${lock.targetKey} is contended; try again.`)
}

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
  locksOf(kubernetes).waiting.delete(keyOf(lock))
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
  const { waiting } = locksOf(kubernetes)
  const settle = Promise.withResolvers<unknown>()
  const wish = { change, settle }
  const others = waiting.get(keyOf(lock))
  if (others !== undefined) others.push(wish)
  else {
    const wishes = [wish]
    waiting.set(keyOf(lock), wishes)
    void work(kubernetes, lock, wishes)
  }
  return (await settle.promise) as T
}
