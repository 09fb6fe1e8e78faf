// Validation against a structural schema, every fault in the words of the API server.

import { isFields, isSame } from './objects.ts'
import { fieldSchema, type Schema } from './schema.ts'
import type { FieldFault } from './status.ts'

type Check = (value: unknown, schema: Schema, path: string) => readonly FieldFault[]

export function fault(field: string, kind: string, message: string): FieldFault {
  return { field, reason: `FieldValue${kind}`, message }
}

export function required(field: string, detail = ''): FieldFault {
  return fault(field, 'Required', detail === '' ? 'Required value' : `Required value: ${detail}`)
}

export function invalidValue(field: string, value: unknown, detail: string): FieldFault {
  return fault(field, 'Invalid', `Invalid value: ${JSON.stringify(value) ?? 'null'}: ${detail}`)
}

function typeOf(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value
}

function hasType(value: unknown, schema: Schema): boolean {
  const actual = typeOf(value)
  if (actual === 'null') return schema.nullable === true
  if (schema['x-kubernetes-int-or-string']) return actual === 'integer' || actual === 'string'
  if (schema.type === undefined) return true
  return actual === schema.type || (schema.type === 'number' && actual === 'integer')
}

function expectedType(schema: Schema): string {
  return schema['x-kubernetes-int-or-string'] ? 'integer,string' : (schema.type ?? 'object')
}

const checkString: Check = (value, schema, path) => {
  if (typeof value !== 'string') return []
  const faults: FieldFault[] = []
  const length = [...value].length
  if (schema.maxLength !== undefined && length > schema.maxLength) {
    const unit = schema.maxLength === 1 ? 'byte' : 'bytes'
    faults.push(fault(path, 'TooLong', `Too long: may not be more than ${schema.maxLength} ${unit}`))
  }
  const { minLength, pattern, format } = schema
  if (minLength !== undefined && length < minLength)
    faults.push(invalidValue(path, value, `${path} in body should be at least ${minLength} chars long`))
  if (pattern !== undefined && !new RegExp(pattern).test(value))
    faults.push(invalidValue(path, value, `${path} in body should match '${pattern}'`))
  if (format === 'date-time' && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i.test(value))
    faults.push(invalidValue(path, value, `${path} in body must be of type date-time: "${value}"`))
  return faults
}

const checkNumber: Check = (value, schema, path) => {
  if (typeof value !== 'number') return []
  const { minimum, maximum, multipleOf, exclusiveMinimum, exclusiveMaximum } = schema
  const faults: FieldFault[] = []
  const tell = (what: string) => invalidValue(path, value, `${path} in body should be ${what}`)
  if (minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum))
    faults.push(tell(`greater than ${exclusiveMinimum ? '' : 'or equal to '}${minimum}`))
  if (maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum))
    faults.push(tell(`less than ${exclusiveMaximum ? '' : 'or equal to '}${maximum}`))
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf))
    faults.push(tell(`a multiple of ${multipleOf}`))
  return faults
}

function tooMany(path: string, count: number, most: number): FieldFault {
  return fault(path, 'TooMany', `Too many: ${count}: must have at most ${most} item${most === 1 ? '' : 's'}`)
}

const checkList: Check = (value, schema, path) => {
  if (!Array.isArray(value)) return []
  const faults: FieldFault[] = []
  const { minItems, maxItems, items, uniqueItems } = schema
  if (maxItems !== undefined && value.length > maxItems) faults.push(tooMany(path, value.length, maxItems))
  if (minItems !== undefined && value.length < minItems)
    faults.push(invalidValue(path, value.length, `${path} in body should have at least ${minItems} items`))
  if (uniqueItems && value.some((item, index) => value.slice(0, index).some(other => isSame(item, other))))
    faults.push(invalidValue(path, value, `${path} in body shouldn't contain duplicates`))
  if (items !== undefined) {
    for (const [index, item] of value.entries()) faults.push(...validate(item, items, `${path}[${index}]`))
  }
  return faults
}

const checkFields: Check = (value, schema, path) => {
  if (!isFields(value)) return []
  const faults: FieldFault[] = []
  const count = Object.keys(value).length
  const { minProperties, maxProperties } = schema
  if (maxProperties !== undefined && count > maxProperties) faults.push(tooMany(path, count, maxProperties))
  if (minProperties !== undefined && count < minProperties)
    faults.push(invalidValue(path, count, `${path} in body should have at least ${minProperties} properties`))
  const inside = (name: string) => (path === '' ? name : `${path}.${name}`)
  for (const name of schema.required ?? []) {
    if (value[name] === undefined) faults.push(required(inside(name)))
  }
  for (const [name, part] of Object.entries(value)) {
    const rule = fieldSchema(schema, name)
    if (rule !== undefined && rule !== true && part !== undefined)
      faults.push(...validate(part, rule, inside(name)))
  }
  return faults
}

const checkEnum: Check = (value, schema, path) => {
  if (schema.enum === undefined || schema.enum.some(allowed => isSame(allowed, value))) return []
  const allowed = schema.enum.map(item => JSON.stringify(typeof item === 'string' ? item : String(item)))
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${allowed.join(', ')}`
  return [fault(path, 'NotSupported', message)]
}

const checkCombinations: Check = (value, schema, path) => {
  const passes = (rules: readonly Schema[]) => rules.filter(rule => validate(value, rule, path).length === 0)
  const where = `"${path}" must validate`
  const faults: FieldFault[] = []
  if (schema.allOf && passes(schema.allOf).length < schema.allOf.length)
    faults.push(invalidValue(path, value, `${where} all the schemas (allOf)`))
  if (schema.anyOf && passes(schema.anyOf).length === 0)
    faults.push(invalidValue(path, value, `${where} at least one schema (anyOf)`))
  if (schema.oneOf && passes(schema.oneOf).length !== 1)
    faults.push(invalidValue(path, value, `${where} one and only one schema (oneOf)`))
  if (schema.not && passes([schema.not]).length === 1)
    faults.push(invalidValue(path, value, `"${path}" must not validate the schema (not)`))
  return faults
}

const CHECKS: readonly Check[] = [
  checkEnum,
  checkString,
  checkNumber,
  checkList,
  checkFields,
  checkCombinations,
]

/** Every fault of a value; an empty list means that it is valid. */
export function validate(value: unknown, schema: Schema, path: string): readonly FieldFault[] {
  if (!hasType(value, schema)) {
    const actual = typeOf(value)
    const message = `${path} in body must be of type ${expectedType(schema)}: "${actual}"`
    return [fault(path, 'TypeInvalid', `Invalid value: "${actual}": ${message}`)]
  }
  return value === null ? [] : CHECKS.flatMap(check => check(value, schema, path))
}
