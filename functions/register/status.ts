// The status of a Playbook after a registration: pure.

import type { Condition } from '../../shared/kubernetes/resources.ts'
import type { Playbook, PlaybookStatus, Release } from '../../shared/playbook/playbook.ts'
import type { Registration } from './decide.ts'

const REMEMBERED = 20

function condition(playbook: Playbook, verdict: Registration, now: string): Condition {
  const status = { registered: 'True', rejected: 'False', postponed: 'Unknown' } as const
  const next: Condition = {
    type: 'Ready',
    status: status[verdict.kind],
    reason: verdict.kind === 'registered' ? 'Registered' : verdict.reason,
    message:
      verdict.kind === 'registered'
        ? `${verdict.release.pipeline} ${verdict.release.version} is pinned to ${verdict.release.digest}`
        : verdict.message,
    observedGeneration: playbook.metadata.generation ?? 0,
    lastTransitionTime: now,
  }
  const before = playbook.status?.conditions?.find(each => each.type === 'Ready')
  const isSame = before?.status === next.status && before.lastTransitionTime !== undefined
  return isSame ? { ...next, lastTransitionTime: before.lastTransitionTime ?? now } : next
}

function historyWith(release: Release, history: readonly Release[]): Release[] {
  const others = history.filter(each => each.version !== release.version)
  return [release, ...others].slice(0, REMEMBERED)
}

/**
 * The whole next status. A rejection keeps what was registered before: those versions still run. What may pass without
 * a change to the Playbook leaves observedGeneration behind, so that the sweep has it looked at again.
 */
export function nextStatus(playbook: Playbook, verdict: Registration, now: string): PlaybookStatus {
  const before = playbook.status ?? {}
  const conditions = [condition(playbook, verdict, now)]
  if (verdict.kind === 'postponed') return { ...before, conditions }
  const observed = { observedGeneration: playbook.metadata.generation ?? 0, conditions }
  if (verdict.kind === 'rejected') {
    const { findings, mayPass } = verdict
    return { ...before, ...(mayPass ? { conditions } : observed), findings }
  }
  const known = before.history?.find(
    each => each.version === verdict.release.version && each.digest === verdict.release.digest,
  )
  // The bundle of an image is still that image to an analysis that means it.
  const image = verdict.release.image ?? known?.image
  const release: Release = {
    ...verdict.release,
    ...(image === undefined ? {} : { image }),
    registeredAt: known?.registeredAt ?? now,
  }
  // Where the version before was made of the other.
  const { bundle: _, image: __, pipelineSpec: ___, ...kept } = before
  return {
    ...kept,
    ...release,
    ...observed,
    parameters: verdict.parameters,
    findings: verdict.findings,
    history: historyWith(release, before.history ?? []),
  }
}
