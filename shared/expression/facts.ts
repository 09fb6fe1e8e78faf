// What an expression is evaluated over, as CEL sees it, and how large it is: pure.

import type { KubernetesObject } from '../kubernetes/resources.ts'
import type { ParamValue } from '../remediation/marks.ts'
import type { Target } from '../remediation/target.ts'

/** How much there is to look at, by which the cost of an expression is estimated before it is evaluated. */
export interface Size {
  /** Values in all. */
  readonly values: number
  /** Members of the largest list or map. */
  readonly largest: number
  /** Characters of the longest text. */
  readonly longest: number
}

export interface Facts {
  readonly variables: Readonly<Record<string, unknown>>
  /** Measured when the first expression needs it: one without loops and patterns does not. */
  readonly size: () => Size
}

/** What is known of the case; documented for those who write policies in docs/policy.md. */
export interface Known {
  readonly analysis: Readonly<Record<string, unknown>>
  readonly playbook: Readonly<Record<string, unknown>>
  readonly parameters: Readonly<Record<string, ParamValue>>
  readonly target: Target
  /** The target as the API server has it; without it only what the analysis says of it is known. */
  readonly live?: KubernetesObject | undefined
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** JSON has one kind of number, CEL has two: what is whole counts as an int, as it does in the API server's own CEL. */
function numbered(value: unknown): unknown {
  if (Number.isSafeInteger(value)) return BigInt(value as number)
  if (Array.isArray(value)) return value.map(numbered)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, numbered(member)]))
}

function liveObject({ apiVersion, kind, metadata, ...rest }: KubernetesObject): object {
  // As large as the rest together, and no rule is about it.
  const { managedFields: _, ...about } = metadata as KubernetesObject['metadata'] & {
    managedFields?: unknown
  }
  return { apiVersion, kind, metadata: about, ...rest }
}

/** A burst of remediations shares what was read of its target, and then what was made of it. */
const inCel = new WeakMap<KubernetesObject, unknown>()

function liveInCel(live: KubernetesObject): unknown {
  const known = inCel.get(live) ?? numbered(liveObject(live))
  inCel.set(live, known)
  return known
}

function namedObject({ apiVersion, kind, name, namespace }: Target): object {
  const about = { name, ...(namespace === undefined || namespace === '' ? {} : { namespace }) }
  return { ...(apiVersion === undefined ? {} : { apiVersion }), kind, metadata: about }
}

function measure(root: unknown): Size {
  const open: unknown[] = [root]
  let largest = 0
  let longest = 0
  for (let at = 0; at < open.length; at++) {
    const value = open[at]
    if (typeof value === 'string') longest = Math.max(longest, value.length)
    if (typeof value !== 'object' || value === null) continue
    const members = Object.entries(value)
    largest = Math.max(largest, members.length)
    for (const [key, member] of members) {
      longest = Math.max(longest, key.length)
      open.push(member)
    }
  }
  return { values: open.length, largest, longest }
}

/** The variables of an expression: `analysis`, `playbook`, `parameters`, `target`, `now`. */
export function factsOf({ analysis, playbook, parameters, target, live, now }: Known): Facts {
  const object = live === undefined ? namedObject(target) : liveInCel(live)
  const variables = { analysis, playbook, parameters, target: object }
  let size: Size | undefined
  return {
    variables: { ...variables, now: new Date(now) },
    size: () => {
      size ??= measure(variables)
      return size
    },
  }
}
