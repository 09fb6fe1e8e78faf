// What must hold for a Playbook's target just before a run of it starts.

import { type Compiled, compileExpression } from '../expression/expression.ts'
import { type Facts, factsOf } from '../expression/facts.ts'
import type { KubernetesObject } from '../kubernetes/resources.ts'
import type { ParamValue } from '../remediation/marks.ts'
import type { Target } from '../remediation/target.ts'
import { labelsOf } from './labels.ts'
import type { Finding, Playbook } from './playbook.ts'

/** Compiling costs more than evaluating, and Playbooks are few. */
const compiled = new Map<string, Compiled>()
const REMEMBERED = 256

function compile(text: string): Compiled {
  const known = compiled.get(text)
  if (known !== undefined) return known
  const result = compileExpression(text, 'precondition')
  if (compiled.size < REMEMBERED) compiled.set(text, result)
  return result
}

/** What is wrong with the expressions themselves; a Playbook with such a finding is not registered. */
export function checkPreconditions({ spec: { preconditions = [] } }: Playbook): Finding[] {
  return preconditions.flatMap(({ expression }, index): Finding[] => {
    const result = compile(expression)
    if (result.ok) return []
    const where = result.at === undefined ? '' : ` at its character ${result.at + 1}`
    const path = `/spec/preconditions/${index}/expression`
    const message = `The precondition "${expression}" is wrong${where}: ${result.why}.`
    return [{ rule: 'precondition', severity: 'error', path, message }]
  })
}

/** The Playbook as expressions see it. */
export function playbookFacts(
  playbook: Playbook,
  release: { readonly version: string; readonly digest: string },
): Readonly<Record<string, unknown>> {
  const { namespace = 'default', name } = playbook.metadata
  const { version, digest } = release
  const { approval = 'auto' } = playbook.spec
  return { namespace, name, version, digest, approval, labels: labelsOf(playbook) }
}

export interface Moment {
  readonly release: { readonly version: string; readonly digest: string }
  readonly parameters: Readonly<Record<string, ParamValue>>
  readonly target: Target
  readonly live?: KubernetesObject | undefined
  readonly now: number
}

/** Why a run may not start now, as a sentence; an expression that cannot be evaluated does not hold. */
export function brokenPrecondition(playbook: Playbook, moment: Moment): string | undefined {
  const { preconditions = [] } = playbook.spec
  if (preconditions.length === 0) return undefined
  const { release, ...known } = moment
  const facts = factsOf({ ...known, analysis: {}, playbook: playbookFacts(playbook, release) })
  return firstBroken(preconditions, facts)
}

function firstBroken(
  preconditions: NonNullable<Playbook['spec']['preconditions']>,
  facts: Facts,
): string | undefined {
  for (const { expression, message } of preconditions) {
    const result = compile(expression)
    const answer = result.ok ? result.expression.evaluate(facts) : result
    if (!answer.ok) return `The precondition "${expression}" cannot be judged: ${answer.why}.`
    if (!answer.value) return message ?? `The precondition "${expression}" does not hold.`
  }
  return undefined
}
