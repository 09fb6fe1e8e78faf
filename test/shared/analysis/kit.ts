// What the tests of analyses share: a document that must hold a decision, or one candidate.

import type { Analysis, Candidate } from '../../../shared/analysis/analysis.ts'
import { parseAnalysis } from '../../../shared/analysis/parse.ts'

export const workflow = { workflow_id: 'w-1', parameters: { A: 1 } }

export function decision(data: unknown): Analysis {
  const analysis = parseAnalysis(data)
  if (analysis.kind === 'none') throw new Error(`${analysis.reason}: ${analysis.message}`)
  return analysis
}

export function only(data: unknown): Candidate {
  const [candidate, ...others] = decision(data).candidates
  if (candidate === undefined || others.length > 0) throw new Error('one candidate was expected')
  return candidate
}
