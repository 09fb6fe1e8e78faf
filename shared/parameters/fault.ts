// How a fault is worded: what must be, what was given, and what to send instead.

import type { ParameterFault } from './parameters.ts'
import { segmentsOf } from './schema.ts'

const SHOWN = 80

/** A value as JSON, cut to 80 characters. */
export function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN - 1)}…`
}

/** `REPLICAS`, or `HOSTS (at /0)` for what lies below one. */
export function subjectOf(path: string): string {
  const [name, ...below] = segmentsOf(path)
  if (name === undefined) return 'The set of parameters'
  return below.length === 0 ? name : `${name} (at /${below.join('/')})`
}

export interface FaultMaker {
  readonly rule: string
  readonly expected: string
  readonly value: unknown
  /** Sentences that say what to do. */
  readonly advice: string
}

/** `X must be …, but … was given. …`; a secret's value is not shown. */
export function valueFault(path: string, maker: FaultMaker, isSecret: boolean): ParameterFault {
  const { rule, expected, value, advice } = maker
  const actual = isSecret ? '(hidden)' : quote(value)
  return {
    path,
    rule,
    expected,
    actual,
    message: `${subjectOf(path)} must be ${expected}, but ${actual} was given. ${advice}`,
  }
}

/** `X is required: …`, for what was not given at all. */
export function missingFault(path: string, expected: string, advice: string): ParameterFault {
  const message = `${subjectOf(path)} is required, but was not given. ${advice}`
  return { path, rule: 'required', expected, actual: 'nothing', message }
}

/** One fault about a value, the first, as its sentence states every bound; whether it may be given at all is another. */
export function firstPerValue(faults: readonly ParameterFault[]): ParameterFault[] {
  const first = new Map<string, ParameterFault>()
  for (const fault of faults) {
    const key = `${fault.rule === 'dependsOn'} ${fault.path}`
    if (!first.has(key)) first.set(key, fault)
  }
  return [...first.values()]
}
