// Reads an analysis of any known shape: one parser, so that everything after it sees one type.

import type { Analysis, Findings, NoDecision } from './analysis.ts'
import { type Json, readDocument } from './document.ts'
import { anyIs, findConfidence, findText, layersOf } from './fields.ts'
import { readCandidates } from './read-candidates.ts'
import { readRefusal } from './read-refusal.ts'
import { readObserved, readTarget } from './read-target.ts'
import { ANALYSIS } from './spellings.ts'

const UNREADABLE =
  'The event holds no analysis: it must be a JSON object, or text with one JSON block, of at most 48 levels. Send it again as one.'
const NO_PLAYBOOK =
  'The analysis names no playbook. Let it choose a registered one, in selected_workflow.workflow_id or strategies[].playbook_id, or fix the cause by hand.'

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
