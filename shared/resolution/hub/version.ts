// Versions and constraints as Tekton's hub resolver reads them (https://github.com/hashicorp/go-version#version-constraints).

import { parse, type SemVer } from 'semver'

/** Whether a version satisfies a constraint. */
export type Constraint = (version: SemVer) => boolean

interface Bound {
  readonly version: SemVer
  /** How many numbers were written: `~> 1.2` and `~> 1.2.0` differ. */
  readonly parts: number
}

const BOUND = /^\s*(=|!=|>=|<=|>|<|~>)?\s*v?(\d+(?:\.\d+){0,2})(-[\w.-]+)?(?:\+[\w.-]+)?\s*$/

/** Reads `0.6`, `v0.6.1` or `1.0.0-rc.1`; undefined where it is none. */
export function parseVersion(text: string): SemVer | undefined {
  const [, operator, numbers = '', prerelease = ''] = BOUND.exec(text) ?? []
  if (operator !== undefined || numbers === '') return undefined
  const [major, minor = '0', patch = '0'] = numbers.split('.').map(number => BigInt(number).toString())
  return parse(`${major}.${minor}.${patch}${prerelease}`) ?? undefined
}

/** The numbers before the last one that was written must stay. */
function isPessimistic(version: SemVer, { version: low, parts }: Bound): boolean {
  if (version.compare(low) < 0) return false
  return (parts < 2 || version.major === low.major) && (parts < 3 || version.minor === low.minor)
}

/** A version that is no release counts only where the bound names one of the same release. */
function mayBePrerelease(version: SemVer, { version: bound }: Bound): boolean {
  if (version.prerelease.length === 0) return true
  return bound.prerelease.length > 0 && version.compareMain(bound) === 0
}

const OPERATORS: Readonly<Record<string, (version: SemVer, bound: Bound) => boolean>> = {
  '=': (version, bound) => version.compare(bound.version) === 0,
  '!=': (version, bound) => version.compare(bound.version) !== 0,
  '>': (version, bound) => version.compare(bound.version) > 0 && mayBePrerelease(version, bound),
  '>=': (version, bound) => version.compare(bound.version) >= 0 && mayBePrerelease(version, bound),
  '<': (version, bound) => version.compare(bound.version) < 0 && mayBePrerelease(version, bound),
  '<=': (version, bound) => version.compare(bound.version) <= 0 && mayBePrerelease(version, bound),
  '~>': (version, bound) => isPessimistic(version, bound) && mayBePrerelease(version, bound),
}

function parseBound(text: string): Constraint | undefined {
  const [, operator = '=', numbers = '', prerelease = ''] = BOUND.exec(text) ?? []
  const version = parseVersion(numbers + prerelease)
  const holds = OPERATORS[operator]
  if (version === undefined || holds === undefined) return undefined
  const bound = { version, parts: numbers.split('.').length }
  return candidate => holds(candidate, bound)
}

/** Reads `>= 0.1, < 1.0`; undefined where it is a version, or anything else, that must be met to the letter. */
export function parseConstraint(text: string): Constraint | undefined {
  if (!/[=<>,]/.test(text)) return undefined
  const bounds = text.split(',').map(parseBound)
  if (bounds.includes(undefined)) return undefined
  return version => bounds.every(bound => bound?.(version) === true)
}

/** The text of the highest version that satisfies the constraint. */
export function highest(versions: readonly string[], satisfies: Constraint): string | undefined {
  const known = versions.flatMap(text => {
    const version = parseVersion(text)
    return version !== undefined && satisfies(version) ? [{ text, version }] : []
  })
  return known.toSorted((a, b) => b.version.compare(a.version))[0]?.text
}
