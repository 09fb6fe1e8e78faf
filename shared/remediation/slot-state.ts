// Which of a limit's numbered Leases a run may take; pure.

import { lastsMs, type Scope } from './limits.ts'
import type { TargetLease } from './lock.ts'
import type { RunKey } from './lock-state.ts'
import { LABEL } from './marks.ts'

export function holderText({ namespace, name }: RunKey): string {
  return `${namespace}/${name}`
}

/** Who holds a Lease; undefined for one that is free. */
export function holderOf({ spec }: TargetLease): RunKey | undefined {
  const [namespace = '', name = ''] = (spec.holderIdentity ?? '').split('/')
  return name === '' ? undefined : { namespace, name }
}

export function isHolding(lease: TargetLease, run: RunKey): boolean {
  return lease.spec.holderIdentity === holderText(run)
}

export interface FreeSlot {
  readonly number: number
  /** Undefined where it was never made. */
  readonly lease: TargetLease | undefined
}

function numberOf({ metadata }: TargetLease): number {
  return Number(metadata.name.slice(metadata.name.lastIndexOf('-') + 1))
}

/** A number of its own for each run, so that runs which come at once seldom want the same Lease. */
function spread({ name }: RunKey): number {
  return Number.parseInt(name.slice(-6), 16) || 0
}

/**
 * A free one of `1..size`. All that are held count, also those beyond a size that has become smaller since.
 */
export function chooseSlot(
  scope: Scope,
  leases: readonly TargetLease[],
  { run, now }: { run: RunKey; now: number },
): FreeSlot | 'mine' | 'full' {
  const ours = leases.filter(({ metadata }) => metadata.labels?.[LABEL.slot] === scope.hash)
  const isHeld = (lease: TargetLease): boolean =>
    holderOf(lease) !== undefined && Date.parse(lease.spec.acquireTime ?? '') + lastsMs(scope) > now
  if (ours.some(lease => isHeld(lease) && isHolding(lease, run))) return 'mine'
  const held = new Set(ours.filter(isHeld).map(numberOf))
  const free = Array.from({ length: scope.size }, (_, index) => index + 1).filter(each => !held.has(each))
  const number = free[spread(run) % free.length]
  if (held.size >= scope.size || number === undefined) return 'full'
  return { number, lease: ours.find(each => numberOf(each) === number) }
}
