// What an analysis means: which playbook, which version, which target, which values; pure. Whether that may run is for
// `guard.ts` to say.

import type { Analysis, Candidate, NoDecision, Observed } from '../analysis/analysis.ts'
import type { ParameterFault } from '../events/types.ts'
import { judgeParameters } from '../parameters/judge.ts'
import type { AcceptedParameters, CompiledParameters, RejectedParameters } from '../parameters/parameters.ts'
import { targetOf as targetInParameters } from '../parameters/platform.ts'
import { nameOf, type Playbook, type Release } from '../playbook/playbook.ts'
import type { Selection } from '../playbook/select.ts'
import type { PolicyVerdict } from '../policy/policy.ts'
import type { ParamValue } from '../remediation/marks.ts'
import type { Target } from '../remediation/target.ts'

/** What would run. */
export interface Choice {
  readonly kind: 'run'
  readonly playbook: Playbook
  readonly release: Release
  readonly target: Target
  /** Whether the target is only the playbook itself, because neither the analysis nor its parameters name one. */
  readonly isOwnTarget: boolean
  /** In which state the analysis saw it, where it says so. */
  readonly observed?: Observed | undefined
  readonly values: Readonly<Record<string, ParamValue>>
  readonly notes: readonly string[]
}

/** What may run, or must be approved first. */
export interface Permission extends Choice {
  readonly approval: { readonly required: boolean; readonly reason?: string }
  readonly policy: PolicyVerdict
  /** Why no run may start now. */
  readonly suspended?: string
}

export type Decision = Permission | Refusal

export interface Refusal {
  readonly kind: 'refused'
  readonly reason: string
  readonly message: string
  readonly faults?: readonly ParameterFault[]
  readonly playbook?: { readonly namespace: string; readonly name: string }
  readonly target?: Target
  readonly nearest?: readonly string[]
  readonly policy?: PolicyVerdict
}

/** Why nothing is done where the analysis itself decided nothing. */
export function refuseAnalysis(none: NoDecision): Refusal {
  const { reason, message, target } = none
  return { kind: 'refused', reason, message, ...(target === undefined ? {} : { target }) }
}

/** What a refusal is about, as far as it is known. */
export function about(
  playbook: Playbook | undefined,
  target: Target | undefined,
): Pick<Refusal, 'playbook' | 'target'> {
  const { namespace = 'default', name = '' } = playbook?.metadata ?? {}
  return {
    ...(playbook === undefined ? {} : { playbook: { namespace, name } }),
    ...(target === undefined ? {} : { target }),
  }
}

function refuseSelection(selection: Extract<Selection, { ok: false }>, target: Target | undefined): Refusal {
  const { reason, message, playbook, nearest = [] } = selection
  const near = nearest.length === 0 ? {} : { nearest }
  return { kind: 'refused', reason, message, ...near, ...about(playbook, target) }
}

/**
 * What is locked: the analysis's target; else the one its parameters name; else the playbook itself, so that a
 * playbook without a target runs once at a time.
 */
function targetOf(
  analysis: Analysis,
  values: Readonly<Record<string, ParamValue>>,
  playbook: Playbook,
): Pick<Choice, 'target' | 'isOwnTarget'> {
  const { name, namespace } = playbook.metadata
  const named = analysis.target ?? targetInParameters(values)
  return { target: named ?? { kind: 'Playbook', name, namespace }, isOwnTarget: named === undefined }
}

export interface Subject {
  readonly analysis: Analysis
  readonly candidate: Candidate
  readonly selection: Selection
  /** The parameters of the selected release; unused where the selection was refused. */
  readonly parameters: (release: Release) => CompiledParameters | RejectedParameters
}

/** What was changed on the way from the analysis to Tekton, a phrase each. */
function notesOf({ coerced, defaulted, filled, dropped }: AcceptedParameters): string[] {
  return [
    ...coerced.map(({ name, from, to }) => `${name}: the ${from} was read as ${to}`),
    ...defaulted.map(name => `${name}: its default was taken`),
    ...filled.map(name => `${name}: taken from the target`),
    ...dropped.map(({ name, why }) => `${name}: dropped, ${why}`),
  ]
}

function refuseParameters(
  faults: readonly ParameterFault[],
  playbook: Playbook,
  { release, target }: { release: Release; target: Target | undefined },
): Refusal {
  const count = faults.length === 1 ? '1 thing is' : `${faults.length} things are`
  const message = `${count} wrong with the parameters of ${playbook.metadata.name} ${release.version}.`
  return { kind: 'refused', reason: 'InvalidParameters', message, faults, ...about(playbook, target) }
}

/** What a readable analysis with a chosen candidate means, or why that is nothing. */
export function decide({ analysis, candidate, selection, parameters }: Subject): Choice | Refusal {
  if (!selection.ok) return refuseSelection(selection, analysis.target)
  const { playbook, release } = selection
  const compiled = parameters(release)
  if (!compiled.ok) {
    const message = `The schema that ${nameOf(playbook)} ${release.version} was registered with does not compile. Register it again.`
    return { kind: 'refused', reason: 'PlaybookNotReady', message, ...about(playbook, analysis.target) }
  }
  const verdict = judgeParameters(compiled, {
    given: candidate.parameters,
    target: analysis.target,
    declared: release.params,
    undeclared: playbook.spec.undeclared ?? 'refuse',
  })
  if (!verdict.ok) return refuseParameters(verdict.faults, playbook, { release, target: analysis.target })
  return {
    kind: 'run',
    playbook,
    release,
    ...targetOf(analysis, verdict.values, playbook),
    observed: analysis.observed,
    values: verdict.values,
    notes: notesOf(verdict),
  }
}
