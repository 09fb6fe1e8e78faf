// What no parameter may hold, whatever its schema says: Tekton would expand it, or could not carry it.

import { plainText } from './coerce.ts'

const MAX_DEPTH = 32
const MAX_VALUE_BYTES = 32 * 1024
export const MAX_TOTAL_BYTES = 64 * 1024

export interface Danger {
  readonly rule: 'unsafe' | 'size' | 'precision'
  readonly expected: string
  readonly advice: string
}

const DANGERS = {
  variable: {
    rule: 'unsafe',
    expected: 'a value without "$("',
    advice: 'Tekton would expand it as a variable. Send the value itself.',
  },
  nul: { rule: 'unsafe', expected: 'text without NUL characters', advice: 'Remove them.' },
  surrogate: { rule: 'unsafe', expected: 'well-formed Unicode', advice: 'Remove the broken character.' },
  deep: { rule: 'size', expected: `at most ${MAX_DEPTH} levels`, advice: 'Send something flatter.' },
  large: {
    rule: 'size',
    expected: `at most ${MAX_VALUE_BYTES} bytes`,
    advice: 'Put the rest where the playbook can read it, such as a ConfigMap.',
  },
  inexact: {
    rule: 'precision',
    expected: `a number of at most ${Number.MAX_SAFE_INTEGER}, without exponent`,
    advice: 'JSON numbers beyond that lose digits. Send a smaller one, or text where text is wanted.',
  },
  alien: {
    rule: 'unsafe',
    expected: 'a JSON value',
    advice: 'Send text, a number, a boolean, a list or an object.',
  },
} as const satisfies Record<string, Danger>

function dangerOfText(text: string): Danger | undefined {
  if (text.includes('$(')) return DANGERS.variable
  if (text.includes('\0')) return DANGERS.nul
  return text.isWellFormed() ? undefined : DANGERS.surrogate
}

function dangerWithin(value: unknown, depth: number): Danger | undefined {
  if (typeof value === 'string') return dangerOfText(value)
  if (typeof value === 'number') return plainText(value) === undefined ? DANGERS.inexact : undefined
  if (typeof value === 'boolean' || value === null) return undefined
  if (typeof value !== 'object') return DANGERS.alien
  if (depth >= MAX_DEPTH) return DANGERS.deep
  for (const [key, inner] of Object.entries(value)) {
    const danger = dangerOfText(key) ?? dangerWithin(inner, depth + 1)
    if (danger !== undefined) return danger
  }
  return undefined
}

/** The bytes that a value takes as text or as JSON. */
export function bytesOf(value: unknown): number {
  return Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value))
}

/** The first danger in a value or below it. */
export function dangerOf(value: unknown): Danger | undefined {
  return dangerWithin(value, 0) ?? (bytesOf(value) > MAX_VALUE_BYTES ? DANGERS.large : undefined)
}
