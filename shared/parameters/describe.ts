// What a schema wants, in words: "a whole number between 0 and 100".

import type { Json } from '../analysis/document.ts'
import { quote } from './fault.ts'
import { typesOf } from './schema.ts'

const MOST_LISTED = 12

function listOf(values: readonly unknown[]): string {
  const shown = values.slice(0, MOST_LISTED).map(quote).join(', ')
  return values.length > MOST_LISTED ? `${shown}, … (${values.length} in all)` : shown
}

function range(low: unknown, high: unknown): string {
  if (low !== undefined && high !== undefined) return ` between ${low} and ${high}`
  if (low !== undefined) return ` of at least ${low}`
  return high === undefined ? '' : ` of at most ${high}`
}

function numbers(noun: string, schema: Json): string {
  const above = schema.exclusiveMinimum === undefined ? '' : ` above ${schema.exclusiveMinimum}`
  const below = schema.exclusiveMaximum === undefined ? '' : ` below ${schema.exclusiveMaximum}`
  const step = schema.multipleOf === undefined ? '' : ` that is a multiple of ${schema.multipleOf}`
  return `${noun}${range(schema.minimum, schema.maximum)}${above}${below}${step}`
}

function text(schema: Json): string {
  const length = range(schema.minLength, schema.maxLength)
  const parts = [
    length === '' ? '' : ` with a length${length}`,
    schema.pattern === undefined ? '' : ` that matches ${schema.pattern}`,
    schema.format === undefined ? '' : ` in the format ${schema.format}`,
  ]
  return `text${parts.join('')}`
}

const WORDS: Readonly<Record<string, (schema: Json) => string>> = {
  integer: schema => numbers('a whole number', schema),
  number: schema => numbers('a number', schema),
  string: text,
  boolean: () => 'true or false',
  array: schema => `a list${range(schema.minItems, schema.maxItems).replace(/^ (.*)/, ' with a length $1')}`,
  object: () => 'an object',
  null: () => 'null',
}

/** The phrase that follows "must be". */
export function describe(schema: Json, root: Json): string {
  if ('const' in schema) return `exactly ${quote(schema.const)}`
  if (Array.isArray(schema.enum))
    return schema.enum.length === 1 ? `exactly ${quote(schema.enum[0])}` : `one of ${listOf(schema.enum)}`
  const types = typesOf(schema, root)
  const phrases = types.map(type => WORDS[type]?.(schema) ?? type)
  return phrases.length === 0 ? 'a value that the schema allows' : phrases.join(' or ')
}
