// What a policy says of one case: pure.

import type { Facts } from '../expression/facts.ts'
import { isClusterScoped } from '../remediation/kinds.ts'
import { fitsAny } from './glob.ts'
import type { Policy, PolicyVerdict, Rule, Ruling, Subject } from './policy.ts'
import { rulesFor } from './rules-for.ts'

/** What asks for more caution than the policy does; nothing here can ask for less. */
export interface Brakes {
  /** Why the analysis asks for an approval. */
  readonly analysis?: string | undefined
  /** Why its Playbook always asks for one. */
  readonly manual?: string | undefined
  /** Why its Playbook asks for one where no rule of a policy allows it. */
  readonly unlessRuled?: string | undefined
  /** Why what is known of the target does not suffice. */
  readonly target?: string | undefined
}

export interface Case {
  readonly subject: Subject
  /** The target's own name, which for a Namespace is the namespace that it touches. */
  readonly name: string
  /** Namespaces that its parameters name beside it. */
  readonly places?: readonly string[]
  /** The system's own namespace, which is protected whatever the settings say. */
  readonly systemNamespace: string
  /** From 0 to 1; undefined where the analysis gave none. */
  readonly confidence: number | undefined
  readonly brakes: Brakes
  /** Made when the first expression asks for them. */
  readonly facts: () => Facts
}

interface Said {
  readonly rule: string
  readonly verdict: Ruling
  readonly reason: string
}

/** What is changed, as far as it lies in a namespace. */
export type Touched = Pick<Case, 'name' | 'places' | 'systemNamespace'> & {
  readonly subject: Pick<Subject, 'kind' | 'namespace'>
}

/** Why no remediation may touch it, whatever a rule says. */
export function whyProtected(
  { protectedNamespaces }: Policy,
  { subject, name, places = [], systemNamespace }: Touched,
): string | undefined {
  const own = subject.kind === 'namespace' ? name : subject.namespace
  const all = [...(own === undefined ? [] : [own]), ...places].map(each => each.trim().toLowerCase())
  const touched = all.find(each => each === systemNamespace || fitsAny(protectedNamespaces, each))
  return touched === undefined
    ? undefined
    : `The namespace ${touched} is protected: no remediation may touch it.`
}

function protectedNamespace(policy: Policy, each: Case): Said | undefined {
  const reason = whyProtected(policy, each)
  return reason === undefined ? undefined : { rule: 'default/protected-namespace', verdict: 'deny', reason }
}

function said({ name, ruling, when }: Rule, facts: () => Facts): 'matches' | 'not' | { why: string } {
  if (when === undefined) return 'matches'
  const answer = when(facts())
  if (!answer.ok) return { why: `Rule ${name} would ${ruling}, but its expression fails: ${answer.why}.` }
  return answer.value ? 'matches' : 'not'
}

/** The first rule that matches decides. One that cannot be evaluated denies: nobody knows what it would have said. */
function ruled(policy: Policy, { subject, facts }: Case): Said | undefined {
  for (const rule of rulesFor(policy, subject)) {
    const answer = said(rule, facts)
    if (answer === 'not') continue
    if (answer !== 'matches') return { rule: rule.name, verdict: 'deny', reason: answer.why }
    return { rule: rule.name, verdict: rule.ruling, reason: rule.reason }
  }
  return undefined
}

function byConfidence(
  { settings: { allowFrom, approveFrom } }: Policy,
  confidence: number | undefined,
): Said {
  const rule = 'default/confidence'
  if (confidence === undefined)
    return { rule: 'default/no-confidence', verdict: 'approve', reason: 'The analysis gives no confidence.' }
  if (confidence >= allowFrom)
    return { rule, verdict: 'allow', reason: `The confidence, ${confidence}, is at least ${allowFrom}.` }
  if (confidence >= approveFrom)
    return { rule, verdict: 'approve', reason: `The confidence, ${confidence}, is below ${allowFrom}.` }
  const reason = `The confidence, ${confidence}, is below ${approveFrom}. Look into it by hand.`
  return { rule, verdict: 'deny', reason }
}

/** Where no rule decides: the stricter of what the scope and the confidence ask for. */
function byDefault(policy: Policy, { subject, confidence }: Case): Said {
  const trusted = byConfidence(policy, confidence)
  const isWide = subject.namespace === undefined || isClusterScoped(subject.kind)
  if (!isWide || trusted.verdict === 'deny') return trusted
  const reason = `The target is a ${subject.kind} without a namespace, so the whole cluster may be concerned.`
  return { rule: 'default/cluster-scoped', verdict: 'approve', reason }
}

function braked(result: Said, { analysis, manual, unlessRuled, target }: Brakes): Said {
  if (result.verdict === 'deny') return result
  const isDefault = result.rule.startsWith('default/')
  const reasons = [analysis, manual, isDefault ? unlessRuled : undefined, target].filter(
    each => each !== undefined,
  )
  if (reasons.length === 0) return result
  const own = result.verdict === 'approve' ? [result.reason] : []
  return { ...result, verdict: 'approve', reason: [...reasons, ...own].join(' ') }
}

/** Protected namespaces before all, then the rules in their order, then the defaults; brakes only make it stricter. */
export function judge(policy: Policy, each: Case): PolicyVerdict {
  const { version, closed } = policy
  if (closed !== undefined) return { version, rule: 'default/closed', verdict: 'deny', reason: closed }
  const result = protectedNamespace(policy, each) ?? ruled(policy, each) ?? byDefault(policy, each)
  return { version, ...braked(result, each.brakes) }
}
