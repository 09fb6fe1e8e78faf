// The numbered Leases of a limit: a run takes one of each scope, by create-if-absent or compare-and-swap, or none at all.

import type { Kubernetes } from '../kubernetes/client.ts'
import { leases } from '../kubernetes/resources.ts'
import { Fault } from '../runtime/fault.ts'
import { writeLease } from './change-lock.ts'
import { type Scope, whyFull } from './limits.ts'
import { microTime, type TargetLease } from './lock.ts'
import type { RunKey } from './lock-state.ts'
import { ANNOTATION, LABEL } from './marks.ts'
import type { Guard } from './rules.ts'
import { chooseSlot, holderText, isHolding } from './slot-state.ts'

const ATTEMPTS = 8

/** All Leases of slots, or those of some scopes. */
export async function listSlots(
  kubernetes: Kubernetes,
  namespace: string,
  scopes?: readonly Scope[],
): Promise<readonly TargetLease[]> {
  const labelSelector =
    scopes === undefined ? LABEL.slot : `${LABEL.slot} in (${scopes.map(each => each.hash).join(',')})`
  return (await kubernetes.list<TargetLease>(leases, { namespace, labelSelector })).items
}

function leaseOf(
  scope: Scope,
  { number, lease }: { number: number; lease: TargetLease | undefined },
): TargetLease {
  const name = `${scope.kind}-${scope.hash}-${number}`
  const fresh = {
    name,
    labels: { [LABEL.slot]: scope.hash },
    annotations: { [ANNOTATION.scope]: scope.name },
  }
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: lease?.metadata ?? fresh, spec: {} }
}

type Step = 'taken' | 'lost' | { readonly full: Scope }

/** One read, and a Lease of each scope that the run has none of; where one is full, nothing more is written. */
async function tryAll(guard: Guard, scopes: readonly Scope[], run: RunKey): Promise<Step> {
  const { kubernetes, rules, now } = guard
  const namespace = rules.systemNamespace
  const found = await listSlots(kubernetes, namespace, scopes)
  const chosen = scopes.map(scope => ({ scope, slot: chooseSlot(scope, found, { run, now }) }))
  const full = chosen.find(({ slot }) => slot === 'full')
  if (full !== undefined) return { full: full.scope }
  for (const { scope, slot } of chosen) {
    if (slot === 'mine' || slot === 'full') continue
    const { metadata, ...rest } = leaseOf(scope, slot)
    const spec = { holderIdentity: holderText(run), acquireTime: microTime(now) }
    if (!(await writeLease(kubernetes, { ...rest, metadata: { ...metadata, namespace }, spec })))
      return 'lost'
  }
  return 'taken'
}

/**
 * Takes what the limits ask for; answers why not, for people, having given everything back. The caller has the
 * target's lock: who finds it after a crash finds the run, and by the run its slots.
 */
export async function takeSlots(
  guard: Guard,
  scopes: readonly Scope[],
  run: RunKey,
): Promise<string | undefined> {
  if (scopes.length === 0) return undefined
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const step = await tryAll(guard, scopes, run)
    if (step === 'taken') return undefined
    if (step === 'lost') continue
    await freeSlots(guard, run, 'never ran')
    return whyFull(step.full)
  }
  throw new Fault('unavailable', 'The slots of a limit are contended; try again.')
}

/** Gives back what a run has: its hour too where it never ran. Whoever was faster has done the same. */
export async function freeSlots(guard: Guard, run: RunKey, why: 'never ran' | 'ended'): Promise<void> {
  const { kubernetes, rules } = guard
  for (const lease of await listSlots(kubernetes, rules.systemNamespace)) {
    if (!isHolding(lease, run) || (why === 'ended' && lease.metadata.name.startsWith('hour-'))) continue
    await writeLease(kubernetes, { ...lease, spec: { holderIdentity: '' } })
  }
}
