// Structural schemas: what a CustomResourceDefinition drops from an object, and what it fills in.

import { type Fields, isFields } from './objects.ts'

/** https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema */
export interface Schema {
  readonly type?: string
  readonly format?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema | boolean
  readonly items?: Schema
  readonly required?: readonly string[]
  readonly enum?: readonly unknown[]
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: boolean
  readonly exclusiveMaximum?: boolean
  readonly multipleOf?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly uniqueItems?: boolean
  readonly minProperties?: number
  readonly maxProperties?: number
  readonly nullable?: boolean
  readonly default?: unknown
  readonly allOf?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly not?: Schema
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean
  readonly 'x-kubernetes-int-or-string'?: boolean
  readonly 'x-kubernetes-embedded-resource'?: boolean
}

/** Fields that every object has beside what its schema says. */
const TYPE_FIELDS: readonly string[] = ['apiVersion', 'kind', 'metadata']

/** The schema of a field, `true` where anything may stand, or undefined where the field is unknown. */
export function fieldSchema(schema: Schema, name: string): Schema | true | undefined {
  const known = schema.properties?.[name] ?? schema.additionalProperties
  if (known !== undefined && known !== false) return known
  return schema['x-kubernetes-preserve-unknown-fields'] ? true : undefined
}

function pruneFields(value: Fields, schema: Schema, { path, dropped }: Walk): Fields {
  const kept: Record<string, unknown> = {}
  const embedded = path === '' || schema['x-kubernetes-embedded-resource'] === true
  for (const [name, part] of Object.entries(value)) {
    const inner = path === '' ? name : `${path}.${name}`
    if (embedded && TYPE_FIELDS.includes(name)) {
      kept[name] = part
      continue
    }
    const rule = fieldSchema(schema, name)
    if (rule === undefined) dropped.push(inner)
    else kept[name] = rule === true ? part : prune(part, rule, { path: inner, dropped })
  }
  return kept
}

interface Walk {
  readonly path: string
  readonly dropped: string[]
}

/** A copy without the fields that the schema does not know; their paths are added to `dropped`. */
export function prune(value: unknown, schema: Schema, walk: Walk): unknown {
  if (Array.isArray(value)) {
    const { items } = schema
    if (items === undefined) return value
    return value.map((item, index) => prune(item, items, { ...walk, path: `${walk.path}[${index}]` }))
  }
  return isFields(value) ? pruneFields(value, schema, walk) : value
}

/** A null stands for "not given" where the field has a default and may not be null. */
function isAbsent(value: unknown, rule: Schema): boolean {
  return value === undefined || (value === null && !rule.nullable && rule.default !== undefined)
}

function fillFields(value: Fields, schema: Schema): Fields {
  const filled: Record<string, unknown> = { ...value }
  for (const [name, rule] of Object.entries(schema.properties ?? {})) {
    if (isAbsent(filled[name], rule) && rule.default !== undefined)
      filled[name] = structuredClone(rule.default)
  }
  for (const [name, part] of Object.entries(filled)) {
    const rule = fieldSchema(schema, name)
    if (rule !== undefined && rule !== true) filled[name] = fill(part, rule)
  }
  return filled
}

/** A copy with the schema's defaults filled in (…custom-resource-definitions/#defaulting). */
export function fill(value: unknown, schema: Schema): unknown {
  if (Array.isArray(value)) {
    const { items } = schema
    return items === undefined ? value : value.map(item => fill(item, items))
  }
  return isFields(value) ? fillFields(value, schema) : value
}
