// Reaches the decision on an analysis event: reads it, finds its Playbook, its target and the policy afresh, and decides.

import { chooseCandidate } from '../analysis/choose.ts'
import { parseAnalysis } from '../analysis/parse.ts'
import { cachedCompiler } from '../parameters/compile.ts'
import { findPlaybook } from '../playbook/find.ts'
import { readPolicy } from '../policy/read.ts'
import type { Services } from '../runtime/function.ts'
import { type Look, lookAt } from '../targets/look.ts'
import { type Choice, type Decision, decide, refuseAnalysis } from './decide.ts'
import type { EventTimes } from './freshness.ts'
import { guard } from './guard.ts'

/** Schemas compile slowly and are few. */
const compile = cachedCompiler()

/** What the decision is reached with. */
export type Reach = Pick<Services, 'kubernetes' | 'config' | 'clock' | 'log'>

/** What an analysis event says, and when it was sent. */
export interface AnalysisEvent extends EventTimes {
  readonly data?: unknown
}

function look({ kubernetes }: Reach, { target, isOwnTarget }: Choice): Promise<Look> {
  return isOwnTarget ? Promise.resolve({ kind: 'none' }) : lookAt(kubernetes, target)
}

/** The policy in force now. */
export function policyNow({ kubernetes, config, clock, log }: Reach): ReturnType<typeof readPolicy> {
  const { namespace, policyName: name } = config
  return readPolicy({ kubernetes, namespace, name, log, now: clock.now() })
}

/** The decision on an analysis event, over what the cluster holds now. */
export async function reachDecision(reach: Reach, event: AnalysisEvent): Promise<Decision> {
  const analysis = parseAnalysis(event.data)
  if (analysis.kind === 'none') return refuseAnalysis(analysis)
  const candidate = chooseCandidate(analysis)
  if ('kind' in candidate) return refuseAnalysis(candidate)
  const [selection, inForce] = await Promise.all([
    findPlaybook(reach.kubernetes, candidate),
    policyNow(reach),
  ])
  const choice = decide({ analysis, candidate, selection, parameters: release => compile(release.schema) })
  if (choice.kind === 'refused') return choice
  return guard(choice, {
    analysis,
    candidate,
    inForce,
    look: await look(reach, choice),
    times: event,
    systemNamespace: reach.config.namespace,
    now: reach.clock.now(),
  })
}
