// Whether what an analysis means may run: its age, its target as it is now, the policy, the playbook's preconditions;
// pure, so that `validate` and `execute` say the same of the same.

import type { Analysis, Candidate } from '../analysis/analysis.ts'
import { asksForApproval, confidenceOf } from '../analysis/choose.ts'
import { type Facts, factsOf } from '../expression/facts.ts'
import { namespacesIn } from '../parameters/platform.ts'
import { labelsOf } from '../playbook/labels.ts'
import { nameOf } from '../playbook/playbook.ts'
import { brokenPrecondition, playbookFacts } from '../playbook/preconditions.ts'
import { type Brakes, type Case, judge } from '../policy/judge.ts'
import type { PolicyVerdict, Subject } from '../policy/policy.ts'
import type { PolicyInForce } from '../policy/read.ts'
import { isClusterScoped } from '../remediation/kinds.ts'
import { normaliseKind } from '../remediation/target.ts'
import type { Look } from '../targets/look.ts'
import { about, type Choice, type Decision, type Refusal } from './decide.ts'
import { agedOut, type EventTimes, movedOn, unseen } from './freshness.ts'

export interface Circumstances {
  readonly analysis: Analysis
  readonly candidate: Candidate
  readonly inForce: PolicyInForce
  readonly look: Look
  readonly times: EventTimes
  /** The system's own namespace. */
  readonly systemNamespace: string
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** No rule needs more of it, and an expression must not be kept busy by it. */
const LONGEST_TEXT = 4_096

function analysisFacts({ analysis, candidate, times }: Circumstances): Readonly<Record<string, unknown>> {
  const { id, severity, summary } = analysis
  const { rationale } = candidate
  const texts = Object.entries({ id, severity, summary, rationale }).flatMap(([name, text]) =>
    text === undefined ? [] : [[name, text.slice(0, LONGEST_TEXT)] as const],
  )
  const confidence = confidenceOf(analysis, candidate)
  const time = Date.parse(times.time ?? '')
  return {
    ...Object.fromEntries(texts),
    approvalRequired: asksForApproval(analysis, candidate),
    ...(confidence === undefined ? {} : { confidence }),
    ...(Number.isNaN(time) ? {} : { time: new Date(time) }),
  }
}

function factsFor(choice: Choice, circumstances: Circumstances): () => Facts {
  let facts: Facts | undefined
  return () => {
    const { playbook, release, values, target } = choice
    const { look, now } = circumstances
    facts ??= factsOf({
      analysis: analysisFacts(circumstances),
      playbook: playbookFacts(playbook, release),
      parameters: values,
      target,
      live: look.kind === 'found' ? look.object : undefined,
      now,
    })
    return facts
  }
}

function subjectOf({ playbook, target }: Choice, { analysis }: Circumstances): Subject {
  const { namespace = 'default', name } = playbook.metadata
  const kind = normaliseKind(target.kind)
  const place = target.namespace?.trim().toLowerCase() ?? ''
  return {
    playbook: { namespace, name },
    labels: labelsOf(playbook),
    namespace: place === '' || isClusterScoped(kind) ? undefined : place,
    kind,
    severity: analysis.severity?.trim().toLowerCase(),
  }
}

/** Services end their reasons as they like; other sentences may follow. */
function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}

function brakesOf({ playbook }: Choice, { analysis, candidate, look }: Circumstances): Brakes {
  const { approval } = playbook.spec
  const name = nameOf(playbook)
  const asked = sentence(analysis.approvalReason ?? 'The analysis asks for an approval.')
  return {
    analysis: asksForApproval(analysis, candidate) ? asked : undefined,
    manual: approval === 'manual' ? `${name} is run only after an approval.` : undefined,
    unlessRuled:
      approval === 'policy' ? `No rule of a policy lets ${name} run without an approval.` : undefined,
    target: unseen(look, analysis.observed),
  }
}

function caseOf(choice: Choice, circumstances: Circumstances): Case {
  const { analysis, candidate, systemNamespace } = circumstances
  return {
    subject: subjectOf(choice, circumstances),
    name: choice.target.name,
    places: namespacesIn(choice.values),
    systemNamespace,
    confidence: confidenceOf(analysis, candidate),
    brakes: brakesOf(choice, circumstances),
    facts: factsFor(choice, circumstances),
  }
}

function refuse(choice: Choice, reason: string, message: string): Refusal {
  return { kind: 'refused', reason, message, ...about(choice.playbook, choice.target) }
}

function approvalOf({ verdict, reason }: PolicyVerdict): { required: boolean; reason?: string } {
  return verdict === 'approve' ? { required: true, reason } : { required: false }
}

/** Analyses write a namespace where there is none; the object itself knows better. */
function placed(choice: Choice, { look }: Circumstances): Choice {
  if (look.kind !== 'found' || look.object.metadata.namespace !== undefined) return choice
  const { namespace: _, ...target } = choice.target
  return { ...choice, target }
}

/** The decision; the first objection of these is the one that is told. */
export function guard(meant: Choice, circumstances: Circumstances): Decision {
  const choice = placed(meant, circumstances)
  const { analysis, inForce, look, times, now } = circumstances
  const { policy, problem, suspended } = inForce
  const { playbook, release, target, values } = choice
  const stale =
    agedOut(times, now, policy.settings.maxAnalysisAgeMs) ?? movedOn(target, look, analysis.observed)
  if (stale !== undefined) return refuse(choice, stale.reason, stale.message)
  const verdict = judge(policy, caseOf(choice, circumstances))
  if (verdict.verdict === 'deny')
    return { ...refuse(choice, 'DeniedByPolicy', verdict.reason), policy: verdict }
  const live = look.kind === 'found' ? look.object : undefined
  const broken = brokenPrecondition(playbook, { release, parameters: values, target, live, now })
  if (broken !== undefined) return refuse(choice, 'PreconditionFailed', broken)
  return {
    ...choice,
    notes: problem === undefined ? choice.notes : [...choice.notes, problem],
    approval: approvalOf(verdict),
    policy: verdict,
    ...(suspended === undefined ? {} : { suspended }),
  }
}
