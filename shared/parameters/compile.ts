// From whatever a playbook declares its parameters with to one compiled JSON Schema, or to all reasons why not.

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import ajvFormats from 'ajv-formats'
import { isObject, type Json } from '../analysis/document.ts'
import { type Digest, digestOf } from '../oci/digest.ts'
import type { Finding } from '../playbook/playbook.ts'
import { checkSchema } from './check-schema.ts'

import { fromList, listIn } from './from-list.ts'
import type { CompiledParameters, FlatParameter, ParameterSource, RejectedParameters } from './parameters.ts'
import { linearEngine } from './pattern.ts'
import { propertiesOf, typesOf } from './schema.ts'

const FLAT_KEYS = ['description', 'enum', 'default', 'pattern', 'minimum', 'maximum'] as const

function flatten(schema: Json): FlatParameter[] {
  const required = new Set(Array.isArray(schema.required) ? schema.required : [])
  return [...propertiesOf(schema, schema)].map(([name, property]) => ({
    name,
    type: typesOf(property, schema).join(' or ') || 'any',
    required: required.has(name) && property.default === undefined,
    ...Object.fromEntries(
      FLAT_KEYS.filter(key => property[key] !== undefined).map(key => [key, property[key]]),
    ),
    ...(property.writeOnly === true && { writeOnly: true as const }),
  }))
}

function compileSchema(schema: Json): ValidateFunction {
  const ajv = new Ajv2020({
    strict: false,
    allErrors: true,
    verbose: true,
    validateSchema: false,
    meta: false,
    logger: false,
    code: { regExp: linearEngine },
  })
  // The package is CommonJS: its default export is there twice.
  ajvFormats.default(ajv)
  return ajv.compile(schema)
}

function reject(errors: readonly Finding[]): RejectedParameters {
  return { ok: false, errors }
}

function errorAt(rule: string, message: string): Finding {
  return { rule, severity: 'error', path: '', message }
}

/**
 * Compiles a JSON Schema 2020-12 (https://json-schema.org/draft/2020-12/json-schema-validation), the older
 * `{parameters: [...]}` list or a RemediationWorkflow. Throws nothing; all errors at once.
 */
export function compileParameters(source: ParameterSource): CompiledParameters | RejectedParameters {
  const listed = listIn(source)
  const translated = listed === undefined ? undefined : fromList(listed.list, listed.path)
  if (translated !== undefined && translated.errors.length > 0) return reject(translated.errors)
  const schema = translated?.schema ?? source
  if (!isObject(schema))
    return reject([
      errorAt('schema-missing', 'Parameters are declared by a JSON Schema object or a list of parameters.'),
    ])
  const errors = checkSchema(schema)
  if (errors.length > 0) return reject(errors)
  try {
    return { ok: true, schema, flat: flatten(schema), validate: compileSchema(schema) }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const hint = why.includes("can't resolve reference") ? ' A schema may refer to itself only.' : ''
    return reject([errorAt('schema-uncompilable', `The schema does not compile: ${why}.${hint}`)])
  }
}

/** The digest under which a schema is registered. */
export function schemaDigestOf({ schema }: CompiledParameters): Digest {
  return digestOf(Buffer.from(JSON.stringify(schema)))
}

/** The same, remembering the last `limit` schemas by their content. */
export function cachedCompiler(limit = 128): typeof compileParameters {
  const known = new Map<string, CompiledParameters | RejectedParameters>()
  return source => {
    const key = JSON.stringify(source) ?? ''
    const compiled = known.get(key) ?? compileParameters(source)
    known.delete(key)
    known.set(key, compiled)
    const [oldest] = known.keys()
    if (known.size > limit && oldest !== undefined) known.delete(oldest)
    return compiled
  }
}
