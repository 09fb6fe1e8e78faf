// From whatever arrived to one object: JSON, JSON in a string, or prose around a JSON block; bounded in size and depth.

export type Json = Readonly<Record<string, unknown>>

const MAX_CHARACTERS = 1_048_576
const MAX_DEPTH = 48
const MAX_NODES = 50_000
const FENCE = '```'

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What is between fences, without the language named after the opening one; the last block first. */
function blocksOf(text: string): string[] {
  const parts = text.split(FENCE).filter((_, index) => index % 2 === 1)
  return parts.map(part => part.replace(/^[a-z0-9]*/i, '')).reverse()
}

/** The object that a text holds: all of it, the last fenced block that is one, or what is between its outer braces. */
function objectIn(text: string): Json | undefined {
  if (text.length > MAX_CHARACTERS) return undefined
  const braces = text.slice(Math.max(text.indexOf('{'), 0), text.lastIndexOf('}') + 1)
  for (const part of [text, ...blocksOf(text), braces]) {
    const value = parsed(part)
    if (isObject(value)) return value
    if (typeof value === 'string' && value.length < part.length) return objectIn(value)
  }
  return undefined
}

/** Whether a value may be walked: at most 48 levels and 50 000 nodes. */
function isBounded(root: unknown): boolean {
  const open: { value: unknown; depth: number }[] = [{ value: root, depth: 0 }]
  for (let seen = 0; seen < open.length; seen++) {
    const { value, depth } = open[seen] ?? { value: undefined, depth: 0 }
    if (depth > MAX_DEPTH || open.length > MAX_NODES) return false
    if (typeof value !== 'object' || value === null) continue
    for (const child of Object.values(value)) open.push({ value: child, depth: depth + 1 })
  }
  return true
}

/** The analysis document, or undefined where there is none that can be read. */
export function readDocument(data: unknown): Json | undefined {
  const value = typeof data === 'string' ? objectIn(data) : data
  return isObject(value) && isBounded(value) ? value : undefined
}
