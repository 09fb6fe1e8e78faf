// Coerces and validates the values that a schema knows; a default whose condition does not hold is taken back.

import type { ErrorObject } from 'ajv/dist/2020.js'
import { isObject, type Json } from '../analysis/document.ts'
import { type Changes, coerceValue } from './coerce.ts'
import { dependentOf, explain } from './explain.ts'
import type { CompiledParameters, ParameterFault } from './parameters.ts'

export interface Validated {
  readonly data: Json
  readonly changes: Changes
  readonly faults: readonly ParameterFault[]
}

function errorsOf(compiled: CompiledParameters, data: Json): readonly ErrorObject[] {
  return compiled.validate(data) === true ? [] : (compiled.validate.errors ?? [])
}

interface Checked {
  readonly data: Json
  readonly errors: readonly ErrorObject[]
}

/** A parameter that depends on another has no default while that other does not hold. */
function checkWithoutIdleDefaults(compiled: CompiledParameters, data: Json, changes: Changes): Checked {
  const errors = errorsOf(compiled, data)
  const dependents = errors.map(dependentOf)
  const idle = new Set(dependents.filter(name => name !== undefined && changes.defaulted.includes(name)))
  if (idle.size === 0) return { data, errors }
  changes.defaulted.splice(0, Infinity, ...changes.defaulted.filter(name => !idle.has(name)))
  const rest = Object.fromEntries(Object.entries(data).filter(([name]) => !idle.has(name)))
  return checkWithoutIdleDefaults(compiled, rest, changes)
}

/** The names whose values are never shown. */
export function secretsOf(compiled: CompiledParameters): ReadonlySet<string> {
  return new Set(compiled.flat.filter(parameter => parameter.writeOnly).map(parameter => parameter.name))
}

/** All faults at once; the values that were given are not changed. */
export function validateValues(compiled: CompiledParameters, given: Json): Validated {
  const { schema: root } = compiled
  const changes: Changes = { coerced: [], defaulted: [] }
  const coerced = coerceValue(given, { schema: root, root, path: '', changes })
  const { data, errors } = checkWithoutIdleDefaults(compiled, isObject(coerced) ? coerced : {}, changes)
  const faults = explain(errors, { root, data, secrets: secretsOf(compiled) })
  return { data, changes, faults }
}
