// Reaches the decision on an analysis event: reads it, finds its Playbook afresh, and decides.

import { chooseCandidate } from '../analysis/choose.ts'
import { parseAnalysis } from '../analysis/parse.ts'
import type { Kubernetes } from '../kubernetes/client.ts'
import { cachedCompiler } from '../parameters/compile.ts'
import { findPlaybook } from '../playbook/find.ts'
import { type Decision, decide, refuseAnalysis } from './decide.ts'

/** Schemas compile slowly and are few. */
const compile = cachedCompiler()

/** The decision on the data of an analysis event, over what the cluster holds now. */
export async function reachDecision(kubernetes: Kubernetes, data: unknown): Promise<Decision> {
  const analysis = parseAnalysis(data)
  if (analysis.kind === 'none') return refuseAnalysis(analysis)
  const candidate = chooseCandidate(analysis)
  if ('kind' in candidate) return refuseAnalysis(candidate)
  const selection = await findPlaybook(kubernetes, candidate)
  return decide({ analysis, candidate, selection, parameters: release => compile(release.schema) })
}
