// What steps and tasks have in common: names, timeouts, and how an error about them is put.

import { parseDuration } from '../../shared/runtime/duration.ts'
import type { Draft, Path } from './finding.ts'
import { nameOf, type Part } from './parts.ts'

/** A finding for which Tekton refuses the object: why, and what to do. */
export function errorAt(rule: string, path: Path, words: readonly [message: string, fix: string]): Draft {
  return { rule, severity: 'error', path, message: words[0], fix: words[1] }
}

const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/

/** Names that are given twice, or are no DNS labels. */
export function lintNames(parts: readonly Part[], what: string): Draft[] {
  const seen = new Set<string>()
  return parts.flatMap(part => {
    const name = nameOf(part)
    const at = [...part.path, 'name']
    if (name === undefined || name === '') return []
    const twice = seen.has(name)
    seen.add(name)
    return [
      ...(twice ? [errorAt('name-twice', at, [`Two ${what}s are called ${name}.`, 'Rename one.'])] : []),
      ...(LABEL.test(name)
        ? []
        : [
            errorAt('name-invalid', at, [
              `${JSON.stringify(name)} is no name for a ${what}: Tekton wants a DNS label.`,
              'Use up to 63 lower-case letters, digits and "-".',
            ]),
          ]),
    ]
  })
}

export function lintTimeout({ value, path }: Part): Draft[] {
  const { timeout } = value
  if (typeof timeout !== 'string' || timeout.includes('$(')) return []
  if (parseDuration(timeout) !== undefined) return []
  return [
    errorAt(
      'duration-invalid',
      [...path, 'timeout'],
      [`${JSON.stringify(timeout)} is no duration.`, 'Write it like 90s, 10m or 1h30m.'],
    ),
  ]
}

/** Whether Tekton counts a field as set. */
export function isThere(value: unknown): boolean {
  return (
    value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)
  )
}
