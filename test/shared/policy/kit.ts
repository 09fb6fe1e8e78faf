// Cases for policies: an ordinary one, and what differs from it.

import { factsOf } from '../../../shared/expression/facts.ts'
import { type Case, judge } from '../../../shared/policy/judge.ts'
import { parsePolicy, policyOf } from '../../../shared/policy/parse.ts'
import { DEFAULTS, type Policy, type PolicyVerdict } from '../../../shared/policy/policy.ts'
import { normaliseKind } from '../../../shared/remediation/target.ts'

export const WITHOUT = policyOf('default', DEFAULTS, [])

/** The policy that a text is; throws with all that is wrong with it. */
export function policy(text: string): Policy {
  const parsed = parsePolicy(text)
  if (parsed.ok) return parsed.policy
  throw new Error(
    parsed.mistakes.map(({ line, column, message }) => `${line}:${column} ${message}`).join('\n'),
  )
}

export interface Given {
  readonly kind?: string
  readonly name?: string
  readonly namespace?: string | undefined
  /** `null` for an analysis that gives none. */
  readonly confidence?: number | null
  readonly severity?: string
  readonly playbook?: string
  readonly labels?: Readonly<Record<string, readonly string[]>>
  readonly parameters?: Readonly<Record<string, string>>
  readonly analysis?: Readonly<Record<string, unknown>>
  /** Of the live object, beside kind and metadata. */
  readonly live?: object
  readonly brakes?: Case['brakes']
  readonly now?: string
}

function factsFor(given: Given): Case['facts'] {
  const { kind = 'Deployment', name = 'web', confidence = 0.9, severity, parameters = {}, live } = given
  const namespace = 'namespace' in given ? given.namespace : 'shop'
  const target = { kind, name, namespace }
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }) }
  return () =>
    factsOf({
      analysis: {
        ...(confidence === null ? {} : { confidence }),
        ...(severity === undefined ? {} : { severity }),
        ...given.analysis,
      },
      playbook: { namespace: 'sre', name: given.playbook ?? 'scale-down', labels: given.labels ?? {} },
      parameters,
      target,
      live: live === undefined ? undefined : { kind, metadata, ...live },
      now: Date.parse(given.now ?? '2026-01-30T12:00:00Z'),
    })
}

/** What a policy says of an ordinary case (a Deployment in `shop`, confidence 0.9) with these differences. */
export function ruling(each: Policy, given: Given = {}): PolicyVerdict {
  const { kind = 'Deployment', name = 'web', confidence = 0.9, playbook = 'scale-down' } = given
  const namespace = 'namespace' in given ? given.namespace : 'shop'
  return judge(each, {
    subject: {
      playbook: { namespace: 'sre', name: playbook },
      labels: given.labels ?? {},
      namespace,
      kind: normaliseKind(kind),
      severity: given.severity,
    },
    name,
    systemNamespace: 'our-own',
    confidence: confidence ?? undefined,
    brakes: given.brakes ?? {},
    facts: factsFor(given),
  })
}
