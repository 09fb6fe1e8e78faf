// What a run itself says of its approval: asked, approved, denied or expired; pure.

import { ANNOTATION, endingOf, isPending, LABEL, type PipelineRun, writtenOn } from './marks.ts'

export type Approval =
  | { readonly kind: 'approved'; readonly by: string }
  | { readonly kind: 'asked'; readonly until?: string }
  | { readonly kind: 'denied'; readonly by: string; readonly why?: string }
  | { readonly kind: 'expired'; readonly at: string }
  /** It does not wait for a person: it never did, was let go, or has ended. */
  | { readonly kind: 'over' }

/**
 * What holds for a run at a time (milliseconds since the epoch). A denial stands above an approval, and so does the
 * end of the time: an approval that nobody acted on in time must be given again, by a remediation of its own.
 */
export function approvalOf(run: PipelineRun, now: number): Approval {
  const { annotations = {}, labels = {} } = run.metadata
  const [approver, denier] = [writtenOn(run, ANNOTATION.approvedBy), writtenOn(run, ANNOTATION.deniedBy)]
  if (!isPending(run) || endingOf(run) !== undefined) return { kind: 'over' }
  const { [ANNOTATION.deniedBecause]: why, [ANNOTATION.expiresAt]: until } = annotations
  if (denier !== undefined) return { kind: 'denied', by: denier, ...(why === undefined ? {} : { why }) }
  if (labels[LABEL.waiting] !== 'approval') return { kind: 'over' }
  if (until !== undefined && Date.parse(until) <= now) return { kind: 'expired', at: until }
  if (approver !== undefined) return { kind: 'approved', by: approver }
  return { kind: 'asked', ...(until === undefined ? {} : { until }) }
}
