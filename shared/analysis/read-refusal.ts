// What an analysis says against its own choice: it asks for a person, found nothing to act on, or failed.

import type { SelfRefusal } from './analysis.ts'
import type { Json } from './document.ts'
import { anyIs, findAll, findText, plainKey } from './fields.ts'
import { ANALYSIS, NOT_ACTIONABLE, REVIEW_ADVICE } from './spellings.ts'

const NOT_COMPLETED = 'The analysis itself failed, so its choice is not trusted. Send a new analysis.'

function reviewMessage(reason: string | undefined): string {
  const why = reason === undefined ? '' : ` (${reason})`
  const advice = REVIEW_ADVICE[plainKey(reason ?? '')] ?? 'Read its findings and decide by hand.'
  return `The analysis asks for a person${why}. ${advice}`
}

/** Why an analysis, or a candidate of it, says itself that nothing is to be run. */
export function readRefusal(layers: readonly Json[]): SelfRefusal | undefined {
  if (anyIs(layers, ANALYSIS.needsHumanReview, true))
    return {
      reason: 'NeedsHumanReview',
      message: reviewMessage(findText(layers, ANALYSIS.humanReviewReason)),
    }
  const outcomes = findAll(layers, ANALYSIS.outcome).map(value => NOT_ACTIONABLE[plainKey(String(value))])
  const flagged = anyIs(layers, ANALYSIS.actionable, false) ? NOT_ACTIONABLE.notactionable : undefined
  const message = outcomes.find(outcome => outcome !== undefined) ?? flagged
  if (message !== undefined) return { reason: 'NotActionable', message }
  if (findText(layers, ANALYSIS.phase)?.toLowerCase() === 'failed')
    return { reason: 'NotCompleted', message: NOT_COMPLETED }
  return undefined
}
