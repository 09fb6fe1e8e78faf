// The older list of parameters and a RemediationWorkflow's, as JSON Schema.

import { isObject, type Json } from '../analysis/document.ts'
import type { Finding, PipelineParam } from '../playbook/playbook.ts'
import { coerceTo } from './coerce.ts'
import { quote } from './fault.ts'

export const DIALECT = 'https://json-schema.org/draft/2020-12/schema'

const TYPES: Readonly<Record<string, string>> = {
  string: 'string',
  integer: 'integer',
  int: 'integer',
  number: 'number',
  float: 'number',
  boolean: 'boolean',
  bool: 'boolean',
  array: 'array',
  object: 'object',
}
/** Keywords that mean the same in both. */
const KEPT = ['description', 'pattern', 'minimum', 'maximum'] as const

export interface Translated {
  readonly schema: Json
  readonly errors: readonly Finding[]
}

function errorAt(path: string, message: string): Finding {
  return { rule: 'parameter-list', severity: 'error', path, message }
}

/** The list in a source, and where it is; undefined where the source is not of this older kind. */
export function listIn(source: unknown): { list: readonly unknown[]; path: string } | undefined {
  if (Array.isArray(source)) return { list: source, path: '' }
  if (!isObject(source)) return undefined
  if (isObject(source.spec) && Array.isArray(source.spec.parameters))
    return { list: source.spec.parameters, path: '/spec/parameters' }
  const isSchema = '$schema' in source || 'properties' in source || 'type' in source
  return !isSchema && Array.isArray(source.parameters)
    ? { list: source.parameters, path: '/parameters' }
    : undefined
}

/** Enums are lists of text there, and defaults are whatever YAML made of them: both become the parameter's type. */
function propertyOf(entry: Json, type: string): Json {
  const kept = KEPT.filter(key => entry[key] !== undefined && entry[key] !== null).map(key => [
    key,
    entry[key],
  ])
  const allowed = Array.isArray(entry.enum) && entry.enum.length > 0 ? entry.enum : undefined
  return {
    type,
    ...Object.fromEntries(kept),
    ...(allowed !== undefined && { enum: allowed.map(value => coerceTo(value, [type])) }),
    ...(entry.default !== undefined &&
      entry.default !== null && { default: coerceTo(entry.default, [type]) }),
  }
}

interface Dependencies {
  readonly required: string[]
  readonly dependentRequired: [string, string[]][]
  readonly dependentSchemas: [string, Json][]
  readonly allOf: Json[]
}

/** `[A]` means that A must be there too; `{A: [x]}` that A must be x, and, for a required one, that x demands it. */
function addDependencies(name: string, entry: Json, into: Dependencies): void {
  const on = entry.dependsOn ?? entry.depends_on
  const isRequired = entry.required === true && (entry.default === undefined || entry.default === null)
  if (!isObject(on)) {
    if (isRequired) into.required.push(name)
    if (Array.isArray(on) && on.length > 0) into.dependentRequired.push([name, on.map(String)])
    return
  }
  const conditions = Object.entries(on).map(([key, values]) => [
    key,
    { enum: Array.isArray(values) ? values : [values] },
  ])
  const condition = { properties: Object.fromEntries(conditions), required: Object.keys(on) }
  into.dependentSchemas.push([name, condition])
  // biome-ignore lint/suspicious/noThenProperty: `then` is JSON Schema's keyword, and nobody awaits a schema.
  if (isRequired) into.allOf.push({ if: condition, then: { required: [name] } })
}

/** Translates the list of https://github.com/jordigilh/kubernaut's ADR-043 and its predecessor to JSON Schema 2020-12. */
export function fromList(list: readonly unknown[], path: string): Translated {
  const errors: Finding[] = []
  const properties = new Map<string, Json>()
  const found: Dependencies = { required: [], dependentRequired: [], dependentSchemas: [], allOf: [] }
  for (const [at, entry] of list.entries()) {
    const name = isObject(entry) && typeof entry.name === 'string' ? entry.name : ''
    if (!isObject(entry) || name === '') {
      errors.push(errorAt(`${path}/${at}`, `Parameter ${at + 1} of the list needs a name.`))
      continue
    }
    const type = TYPES[String(entry.type ?? 'string').toLowerCase()]
    if (properties.has(name))
      errors.push(errorAt(`${path}/${at}/name`, `${name} is declared twice. Keep one.`))
    if (type === undefined) {
      const known = Object.keys(TYPES).join(', ')
      errors.push(
        errorAt(
          `${path}/${at}/type`,
          `${name} has the unknown type ${quote(entry.type)}. Use one of ${known}.`,
        ),
      )
    }
    properties.set(name, propertyOf(entry, type ?? 'string'))
    addDependencies(name, entry, found)
  }
  return { schema: schemaOf(properties, found), errors }
}

function schemaOf(properties: ReadonlyMap<string, Json>, found: Dependencies): Json {
  const { required, dependentRequired, dependentSchemas, allOf } = found
  return {
    $schema: DIALECT,
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length > 0 && { required }),
    ...(dependentRequired.length > 0 && { dependentRequired: Object.fromEntries(dependentRequired) }),
    ...(dependentSchemas.length > 0 && { dependentSchemas: Object.fromEntries(dependentSchemas) }),
    ...(allOf.length > 0 && { allOf }),
    additionalProperties: false,
  }
}

/** The schema of a bundle that carries none: what its Pipeline declares, without defaults being required. */
export function fromPipelineParams(params: readonly PipelineParam[]): Json {
  const found: Dependencies = { required: [], dependentRequired: [], dependentSchemas: [], allOf: [] }
  found.required.push(...params.filter(param => !param.hasDefault).map(param => param.name))
  return schemaOf(new Map(params.map(param => [param.name, { type: param.type }])), found)
}
