// From ajv's errors to faults that an LLM can act on: one per value, none twice.

import type { ErrorObject } from 'ajv/dist/2020.js'
import { isObject, type Json } from '../analysis/document.ts'
import { adviseValue } from './advice.ts'
import { describe } from './describe.ts'
import { firstPerValue, missingFault, quote, subjectOf, valueFault } from './fault.ts'
import type { ParameterFault } from './parameters.ts'
import { escapeSegment, propertiesOf, segmentsOf } from './schema.ts'

export interface Case {
  readonly root: Json
  readonly data: Json
  /** Names whose values are never shown. */
  readonly secrets: ReadonlySet<string>
}

/** Keywords that say that something else failed. */
const ECHOES = new Set(['if'])
/** Characters of a description that a message repeats. */
const MEANING = 200
const ALTERNATIVES = new Set(['anyOf', 'oneOf'])
const DEPENDENT = /^#\/dependentSchemas\/([^/]+)\//

/** The name whose presence made an error, where one did. */
export function dependentOf(error: ErrorObject): string | undefined {
  if (error.keyword === 'dependentRequired') return String(error.params.property)
  const name = DEPENDENT.exec(error.schemaPath)?.[1]
  return name === undefined ? undefined : segmentsOf(`/${decodeURIComponent(name)}`)[0]
}

function isSecret(path: string, { secrets }: Case): boolean {
  return secrets.has(segmentsOf(path)[0] ?? '')
}

function dependentFault(error: ErrorObject, name: string, { data, root, ...rest }: Case): ParameterFault {
  const missing: unknown = error.params.missingProperty
  const other = typeof missing === 'string' ? missing : (segmentsOf(error.instancePath)[0] ?? '')
  const all = isObject(root.dependentSchemas) ? root.dependentSchemas[name] : undefined
  const condition = propertiesOf(all, root).get(other)
  const isGiven = Object.hasOwn(data, other)
  const actual = !isGiven ? 'nothing' : rest.secrets.has(other) ? '(hidden)' : quote(data[other])
  const expected =
    condition === undefined
      ? `given together with ${other}`
      : `given only while ${other} is ${describe(condition, root)}`
  const message = `${name} must be ${expected}, but ${other} ${isGiven ? `is ${actual}` : 'was not given'}. Leave ${name} out, or send ${other} accordingly.`
  return { path: `/${escapeSegment(name)}`, rule: 'dependsOn', expected, actual, message }
}

function requiredFault(error: ErrorObject, { root }: Case): ParameterFault {
  const missing = String(error.params.missingProperty)
  const owner = error.instancePath === '' ? root : error.parentSchema
  const schema = propertiesOf(owner, root).get(missing) ?? {}
  const expected = describe(schema, root)
  const meaning = typeof schema.description === 'string' ? `: ${schema.description.slice(0, MEANING)}` : ''
  const advice = `Send ${expected}${meaning}`.replace(/[^.!?]$/, '$&.')
  return missingFault(`${error.instancePath}/${escapeSegment(missing)}`, expected, advice)
}

function undeclaredFault(error: ErrorObject): ParameterFault {
  const name = String(error.params.additionalProperty ?? error.params.unevaluatedProperty)
  const path = `${error.instancePath}/${escapeSegment(name)}`
  const expected = 'no such name'
  const message = `${subjectOf(path)} is not declared by the playbook. Leave it out.`
  return { path, rule: 'undeclared', expected, actual: name, message }
}

function faultOf(error: ErrorObject, context: Case): ParameterFault {
  const { keyword, instancePath: path, parentSchema } = error
  const dependent = dependentOf(error)
  if (dependent !== undefined) return dependentFault(error, dependent, context)
  if (keyword === 'required') return requiredFault(error, context)
  if (keyword === 'additionalProperties' || keyword === 'unevaluatedProperties') return undeclaredFault(error)
  const schema = isObject(parentSchema) ? parentSchema : {}
  const secret = isSecret(path, context)
  const value: unknown = error.data
  if (path !== '') {
    const advice = secret ? 'Send a value like that.' : adviseValue(value, schema, context.root)
    return valueFault(
      path,
      { rule: keyword, expected: describe(schema, context.root), value, advice },
      secret,
    )
  }
  const expected = error.message ?? keyword
  return {
    path,
    rule: keyword,
    expected,
    actual: 'something else',
    message: `The set of parameters ${expected}.`,
  }
}

/** Errors inside an alternative are left out where all its alternatives failed. */
function isTelling(error: ErrorObject, all: readonly ErrorObject[]): boolean {
  if (ECHOES.has(error.keyword)) return false
  const outer = all.filter(other => ALTERNATIVES.has(other.keyword) && other !== error)
  return !outer.some(other => error.schemaPath.startsWith(`${other.schemaPath}/`))
}

/** All faults, in ajv's order; of several about one value the first. */
export function explain(errors: readonly ErrorObject[], context: Case): ParameterFault[] {
  const faults = errors.filter(error => isTelling(error, errors)).map(error => faultOf(error, context))
  return firstPerValue(faults)
}
