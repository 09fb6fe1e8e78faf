// Reads an analysis of any known shape: one parser, so that everything after it sees one type.

import type { Analysis, Findings, NoDecision, NoDecisionReason } from './analysis.ts'
import { type Json, readDocument } from './document.ts'
import { anyIs, findAll, findConfidence, findText, layersOf, plainKey } from './fields.ts'
import { readCandidates } from './read-candidates.ts'
import { readObserved, readTarget } from './read-target.ts'
import { ANALYSIS, NOT_ACTIONABLE, REVIEW_ADVICE } from './spellings.ts'

const UNREADABLE =
  'The event holds no analysis: it must be a JSON object, or text with one JSON block, of at most 48 levels. Send it again as one.'
const NO_PLAYBOOK =
  'The analysis names no playbook. Let it choose a registered one, in selected_workflow.workflow_id or strategies[].playbook_id, or fix the cause by hand.'
const NOT_COMPLETED = 'The analysis itself failed, so its choice is not trusted. Send a new analysis.'

function readFindings(layers: readonly Json[]): Findings {
  const id = findText(layers, ANALYSIS.id)
  const target = readTarget(layers)
  const observed = readObserved(layers)
  const severity = findText(layers, ANALYSIS.severity)
  const summary = findText(layers, ANALYSIS.summary)
  const confidence = findConfidence(layers, ANALYSIS.confidence)
  return {
    ...(id !== undefined && { id }),
    ...(target !== undefined && { target }),
    ...(observed !== undefined && { observed }),
    ...(severity !== undefined && { severity }),
    ...(summary !== undefined && { summary }),
    ...(confidence !== undefined && { confidence }),
  }
}

function reviewMessage(reason: string | undefined): string {
  const why = reason === undefined ? '' : ` (${reason})`
  const advice = REVIEW_ADVICE[plainKey(reason ?? '')] ?? 'Read its findings and decide by hand.'
  return `The analysis asks for a person${why}. ${advice}`
}

/** Why the analysis itself says that nothing is to be run. */
function readRefusal(layers: readonly Json[]): { reason: NoDecisionReason; message: string } | undefined {
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

/**
 * Reads the data of an `analysis.completed` event: an object, a JSON string, or prose around a JSON block.
 * Unknown keys are never an error; a missing decision is one, with its reason. Throws nothing.
 */
export function parseAnalysis(data: unknown): Analysis | NoDecision {
  const document = readDocument(data)
  if (document === undefined) return { kind: 'none', reason: 'Unreadable', message: UNREADABLE }
  const layers = layersOf(document)
  const findings = readFindings(layers)
  const refusal = readRefusal(layers)
  if (refusal !== undefined) return { kind: 'none', ...refusal, ...findings }
  const candidates = readCandidates(layers)
  if (candidates.length === 0)
    return { kind: 'none', reason: 'NoPlaybookChosen', message: NO_PLAYBOOK, ...findings }
  const approvalReason = findText(layers, ANALYSIS.approvalReason)
  return {
    kind: 'decision',
    candidates,
    approvalRequired: anyIs(layers, ANALYSIS.approvalRequired, true),
    ...(approvalReason !== undefined && { approvalReason }),
    ...findings,
  }
}
