// When a remediation goes round in circles: the target was remediated again and again, and is still broken; pure.

import type { PastRun } from './lock-state.ts'

export interface LoopRule {
  /** After as many futile runs a person is asked; 0 for never. */
  readonly runs: number
  /** Only runs that ended within so many milliseconds count. */
  readonly withinMs: number
}

export interface AskedFor {
  readonly namespace: string
  readonly playbook: string
}

/**
 * A run was futile if it failed, whatever it ran, or if it succeeded and the same playbook is asked for again: that it
 * is asked for is the evidence that it had no effect. A cancelled one says nothing of the target.
 */
function isFutile({ outcome, playbook, namespace }: PastRun, asked: AskedFor): boolean {
  if (outcome === 'failed') return true
  const isSameTenant = namespace === undefined || namespace === asked.namespace
  return outcome === 'succeeded' && isSameTenant && playbook.name === asked.playbook
}

/** Why a person must be asked before this target is remediated once more, as a sentence; undefined when none must. */
export function loopOf(
  recent: readonly PastRun[],
  asked: AskedFor,
  { runs, withinMs, now }: LoopRule & { now: number },
): string | undefined {
  if (runs === 0) return undefined
  const futile = recent.filter(past => past.endedAt > now - withinMs && isFutile(past, asked))
  if (futile.length < runs) return undefined
  const failed = futile.filter(past => past.outcome === 'failed').length
  const hours = Math.round(withinMs / 360_000) / 10
  return (
    `This target was remediated ${futile.length} times within ${hours} h in vain: ${failed} failed, and after ` +
    `${futile.length - failed} that succeeded ${asked.playbook} is asked for again. A person must decide.`
  )
}
