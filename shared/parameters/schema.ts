// Reads a JSON Schema without validating: what it declares, and which types a value may have.

import { isObject, type Json } from '../analysis/document.ts'
import { linearPattern } from './pattern.ts'

const MAX_HOPS = 16
/** Where a schema may hold further declarations of the same object (JSON Schema 2020-12 core, section 10.2). */
const IN_LISTS = ['allOf', 'anyOf', 'oneOf'] as const
const IN_PLACE = ['if', 'then', 'else'] as const

export type JsonType = 'null' | 'boolean' | 'integer' | 'number' | 'string' | 'array' | 'object'

export function typeOf(value: unknown): JsonType | undefined {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  if (typeof value === 'string' || typeof value === 'boolean')
    return typeof value === 'string' ? 'string' : 'boolean'
  return typeof value === 'object' ? 'object' : undefined
}

/** One segment of a JSON pointer (RFC 6901, section 3). */
export function escapeSegment(segment: string): string {
  return segment.replaceAll('~', '~0').replaceAll('/', '~1')
}

export function segmentsOf(pointer: string): string[] {
  const segments = pointer.split('/').slice(1)
  return segments.map(segment => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function follow(pointer: string, root: Json): unknown {
  let at: unknown = root
  for (const segment of segmentsOf(decodeURIComponent(pointer.slice(1)))) {
    const next: unknown = typeof at === 'object' && at !== null ? Reflect.get(at, segment) : undefined
    at = next
  }
  return at
}

/** The schema itself, its local references followed; keywords beside `$ref` hold too. */
export function resolve(schema: unknown, root: Json): Json {
  let resolved: Json = isObject(schema) ? schema : {}
  for (let hop = 0; hop < MAX_HOPS && typeof resolved.$ref === 'string'; hop++) {
    const { $ref, ...beside } = resolved
    const target = String($ref).startsWith('#') ? follow(String($ref), root) : undefined
    resolved = { ...(isObject(target) ? target : {}), ...beside }
  }
  return resolved
}

/** Everything that applies to the same value: the schema, and what it composes. */
function partsOf(schema: unknown, root: Json): Json[] {
  const parts = [resolve(schema, root)]
  for (let at = 0; at < parts.length && parts.length < MAX_HOPS * MAX_HOPS; at++) {
    const part = parts[at] ?? {}
    const listed = IN_LISTS.flatMap(key => (Array.isArray(part[key]) ? part[key] : []))
    const dependent = isObject(part.dependentSchemas) ? Object.values(part.dependentSchemas) : []
    const placed = IN_PLACE.map(key => part[key])
    for (const inner of [...listed, ...dependent, ...placed])
      if (isObject(inner)) parts.push(resolve(inner, root))
  }
  return parts
}

/** The schema of each property, wherever the schema declares it; the outermost declaration first. */
export function propertiesOf(schema: unknown, root: Json): ReadonlyMap<string, Json> {
  const found = new Map<string, Json>()
  for (const part of partsOf(schema, root)) {
    if (!isObject(part.properties)) continue
    for (const [name, property] of Object.entries(part.properties))
      if (!found.has(name)) found.set(name, resolve(property, root))
  }
  return found
}

/** Whether a name that is no property is welcome by a pattern or by a schema for additional ones. */
export function isWelcome(name: string, root: Json): boolean {
  return partsOf(root, root).some(part => {
    const patterns = isObject(part.patternProperties) ? Object.keys(part.patternProperties) : []
    return isObject(part.additionalProperties) || patterns.some(pattern => linearPattern(pattern).test(name))
  })
}

/** The types that a value may have; empty where the schema does not say. */
export function typesOf(schema: unknown, root: Json): readonly string[] {
  for (const part of partsOf(schema, root).slice(0, 1)) {
    if (typeof part.type === 'string') return [part.type]
    if (Array.isArray(part.type)) return part.type.map(String)
    const values = Array.isArray(part.enum) ? part.enum : 'const' in part ? [part.const] : []
    if (values.length > 0) return [...new Set(values.map(value => typeOf(value) ?? 'object'))]
  }
  const composed = IN_LISTS.flatMap(key => resolve(schema, root)[key] ?? []).filter(isObject)
  return [...new Set(composed.flatMap(inner => shallowTypes(resolve(inner, root))))]
}

function shallowTypes(schema: Json): readonly string[] {
  if (typeof schema.type === 'string') return [schema.type]
  return Array.isArray(schema.type) ? schema.type.map(String) : []
}
