// Which of an analysis' candidates is meant: one, or a refusal that names those that tie.

import type { Analysis, Candidate, NoDecision, NoDecisionReason } from './analysis.ts'

function refuse(analysis: Analysis, reason: NoDecisionReason, message: string): NoDecision {
  const { kind: _, candidates: __, approvalRequired: ___, approvalReason: ____, ...findings } = analysis
  return { kind: 'none', reason, message, ...findings }
}

/** Those that nothing else in the list beats. A candidate without confidence is beaten by any that has one. */
function leadersOf(candidates: readonly Candidate[]): readonly Candidate[] {
  const selected = candidates.filter(candidate => candidate.selected)
  if (selected.length > 0) return selected
  const best = Math.max(...candidates.map(candidate => candidate.confidence ?? -1))
  return candidates.filter(candidate => (candidate.confidence ?? -1) === best)
}

function tieMessage(leaders: readonly Candidate[]): string {
  const names = leaders.map(candidate => `"${candidate.playbook}"`).join(', ')
  const [first] = leaders
  if (first?.selected) return `The analysis selects ${names} at once. Mark one of them as selected.`
  if (first?.confidence === undefined)
    return `The analysis offers ${names} without confidence. Mark one as selected, or give each a confidence from 0 to 1.`
  return `The analysis offers ${names} with the same confidence, ${first.confidence}. Mark one as selected.`
}

/**
 * The candidate marked selected, else the one with the highest confidence; one without confidence comes last.
 * A tie is refused, as are parameters that could not be read and a digest that contradicts its bundle.
 */
export function chooseCandidate(analysis: Analysis): Candidate | NoDecision {
  const leaders = leadersOf(analysis.candidates)
  const [chosen] = leaders
  if (chosen === undefined)
    return refuse(analysis, 'NoPlaybookChosen', 'The analysis offers no playbook. Name one.')
  if (leaders.length > 1) return refuse(analysis, 'Tie', tieMessage(leaders))
  if (chosen.refusal !== undefined) return refuse(analysis, chosen.refusal.reason, chosen.refusal.message)
  if (chosen.digestFault !== undefined) return refuse(analysis, 'Contradictory', chosen.digestFault)
  if (chosen.parametersFault !== undefined) return refuse(analysis, 'Unreadable', chosen.parametersFault)
  return chosen
}

/** How sure the analysis is of a candidate: what it says of that, else of all. */
export function confidenceOf(analysis: Analysis, { confidence, isUnsure }: Candidate): number | undefined {
  return isUnsure ? undefined : (confidence ?? analysis.confidence)
}

export function asksForApproval(analysis: Analysis, { approvalRequired }: Candidate): boolean {
  return analysis.approvalRequired || approvalRequired === true
}
