// Lossless changes of type: LLMs write 3 for "3" and "true" for true. What would change the value is left to be refused.

import { isObject, type Json } from '../analysis/document.ts'
import { escapeSegment, propertiesOf, resolve, typeOf, typesOf } from './schema.ts'

/** In the order tried, where a schema allows several types. */
const FROM_TEXT: readonly (readonly [type: string, read: (text: string) => unknown])[] = [
  ['integer', text => (Number.isSafeInteger(Number(text)) ? exactNumber(text) : undefined)],
  ['number', exactNumber],
  ['boolean', text => (text === 'true' ? true : text === 'false' ? false : undefined)],
  ['array', text => jsonOf(text, Array.isArray)],
  ['object', text => jsonOf(text, isObject)],
]

/** A number whose text is exactly this: not "", "03", "3.0", "1e3", "-0", nor an integer beyond 2^53. */
function exactNumber(text: string): number | undefined {
  const number = Number(text)
  return text === plainText(number) ? number : undefined
}

/** A number as people write it; undefined where JSON or an exponent may have changed it on the way. */
export function plainText(number: number): string | undefined {
  const isExact = Number.isSafeInteger(number) || (Number.isFinite(number) && !Number.isInteger(number))
  const text = String(number)
  return isExact && !text.includes('e') ? text : undefined
}

function jsonOf(text: string, isWanted: (value: unknown) => boolean): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return isWanted(value) ? value : undefined
  } catch {
    return undefined
  }
}

function fits(value: unknown, types: readonly string[]): boolean {
  const type = typeOf(value)
  return types.length === 0 || types.includes(type ?? '') || (type === 'integer' && types.includes('number'))
}

/** The same value as one of these types, or as it came where that would lose something. */
export function coerceTo(value: unknown, types: readonly string[]): unknown {
  if (fits(value, types)) return value
  if (typeof value === 'string') {
    const readings = FROM_TEXT.filter(([type]) => types.includes(type)).map(([, read]) => read(value))
    return readings.find(reading => reading !== undefined) ?? value
  }
  if (!types.includes('string')) return value
  if (typeof value === 'number') return plainText(value) ?? value
  return typeof value === 'boolean' ? String(value) : value
}

/** What was done to the values on the way, by JSON pointer. */
export interface Changes {
  readonly coerced: { readonly name: string; readonly from: string; readonly to: string }[]
  readonly defaulted: string[]
}

interface Place {
  readonly schema: Json
  readonly root: Json
  /** Pointer of the value, '' for the parameters as a whole. */
  readonly path: string
  readonly changes: Changes
}

/** A name for people: `REPLICAS`, or `HOSTS/0` below one. */
function nameAt(path: string): string {
  return path.slice(1)
}

function coerceObject(value: Json, place: Place): Json {
  const { schema, root, path, changes } = place
  const declared = propertiesOf(schema, root)
  const result = new Map<string, unknown>()
  for (const [key, held] of Object.entries(value)) {
    const property = declared.get(key)
    const inner = { schema: property ?? {}, root, path: `${path}/${escapeSegment(key)}`, changes }
    result.set(key, property === undefined ? held : coerceValue(held, inner))
  }
  for (const [key, property] of declared) {
    if (result.has(key) || property.default === undefined) continue
    result.set(key, structuredClone(property.default))
    changes.defaulted.push(nameAt(`${path}/${escapeSegment(key)}`))
  }
  return Object.fromEntries(result)
}

/** Coerces a value and all below it, and adds defaults, recording both in `place.changes`; the given value is not changed. */
export function coerceValue(value: unknown, place: Place): unknown {
  const { schema, root, path, changes } = place
  const coerced = coerceTo(value, typesOf(schema, root))
  if (coerced !== value)
    changes.coerced.push({
      name: nameAt(path),
      from: typeOf(value) ?? 'unknown',
      to: typeOf(coerced) ?? 'unknown',
    })
  if (isObject(coerced)) return coerceObject(coerced, place)
  if (!Array.isArray(coerced)) return coerced
  const items = resolve(schema.items, root)
  return coerced.map((item, at) => coerceValue(item, { schema: items, root, path: `${path}/${at}`, changes }))
}
