// Reaches the decision on an analysis event: reads it, finds its Playbook, its target and the policy afresh, and decides.

import { chooseCandidate } from '../analysis/choose.ts'
import { parseAnalysis } from '../analysis/parse.ts'
import { cachedCompiler } from '../parameters/compile.ts'
import { findPlaybook } from '../playbook/find.ts'
import { readPolicy } from '../policy/read.ts'
import type { Services } from '../runtime/function.ts'
import { type Look, lookAt } from '../targets/look.ts'
import { type Decision, decide, refuseAnalysis } from './decide.ts'
import type { EventTimes } from './freshness.ts'
import { guard } from './guard.ts'

/** Schemas compile slowly and are few. */
const compile = cachedCompiler()

/** What is seen of a target that nobody named. */
const NOTHING: Look = { kind: 'none' }

/** What the decision is reached with. */
export type Reach = Pick<Services, 'kubernetes' | 'config' | 'clock' | 'log'>

/** What an analysis event says, and when it was sent. */
export interface AnalysisEvent extends EventTimes {
  readonly data?: unknown
}

/** The policy in force now. */
export function policyNow({ kubernetes, config, clock, log }: Reach): ReturnType<typeof readPolicy> {
  const { namespace, policyName: name } = config
  return readPolicy({ kubernetes, namespace, name, log, now: clock.now() })
}

/**
 * The decision on an analysis event, over what the cluster holds now. A target that the analysis names is read with the
 * rest; one that only the parameters name, once those are judged.
 */
export async function reachDecision(reach: Reach, event: AnalysisEvent): Promise<Decision> {
  const analysis = parseAnalysis(event.data)
  if (analysis.kind === 'none') return refuseAnalysis(analysis)
  const candidate = chooseCandidate(analysis)
  if ('kind' in candidate) return refuseAnalysis(candidate)
  const { kubernetes } = reach
  const [selection, inForce, seen] = await Promise.all([
    findPlaybook(kubernetes, candidate),
    policyNow(reach),
    analysis.target === undefined ? NOTHING : lookAt(kubernetes, analysis.target),
  ])
  const choice = decide({ analysis, candidate, selection, parameters: release => compile(release.schema) })
  if (choice.kind === 'refused') return choice
  const isSeen = choice.isOwnTarget || analysis.target !== undefined
  return guard(choice, {
    analysis,
    candidate,
    inForce,
    look: isSeen ? seen : await lookAt(kubernetes, choice.target),
    times: event,
    systemNamespace: reach.config.namespace,
    now: reach.clock.now(),
  })
}
