// What to send instead of a wrong value: an example, the nearest allowed value, or the bound.

import { closest, distance } from 'fastest-levenshtein'
import type { Json } from '../analysis/document.ts'
import { quote } from './fault.ts'
import { typesOf } from './schema.ts'

function numberIn(schema: Json, key: string): number | undefined {
  const bound = schema[key]
  return typeof bound === 'number' ? bound : undefined
}

/** A whole number near to what was given and inside the bounds. */
function wholeNumber(value: unknown, schema: Json): number {
  const given = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  const near = typeof given === 'number' && Number.isSafeInteger(Math.trunc(given)) ? Math.trunc(given) : 1
  const low = Math.max(near, Math.ceil(numberIn(schema, 'minimum') ?? near))
  return Math.min(low, Math.floor(numberIn(schema, 'maximum') ?? low))
}

/** The name or value most like it, where one is near enough to be meant. */
export function nearest(given: string, known: readonly string[]): string | undefined {
  if (known.length === 0 || given.length > 256) return undefined
  const lower = new Map(known.map(name => [name.toLowerCase(), name]))
  const name = closest(given.toLowerCase(), [...lower.keys()])
  return isNear(given.toLowerCase(), name) ? lower.get(name) : undefined
}

/** At least half of the longer one is kept. */
function isNear(given: string, name: string): boolean {
  return distance(given, name) <= Math.max(given.length, name.length) / 2
}

/** A sentence for a value that is wrong. */
export function adviseValue(value: unknown, schema: Json, root: Json): string {
  if (Array.isArray(schema.enum)) {
    const texts = schema.enum.filter(allowed => typeof allowed === 'string')
    const near = typeof value === 'string' ? nearest(value, texts) : undefined
    return near === undefined ? 'Send one of them.' : `Send one of them, such as ${quote(near)}.`
  }
  const types = typesOf(schema, root)
  if (types.includes('integer')) return `Send a whole number, such as ${wholeNumber(value, schema)}.`
  if (types.includes('number')) return 'Send a plain number, such as 0.5 or 2.'
  if (types.includes('boolean')) return 'Send true or false.'
  if (types.includes('array')) return 'Send a list, such as ["a", "b"].'
  if (types.includes('object')) return 'Send an object, such as {"key": "value"}.'
  return 'Send a value like that.'
}
