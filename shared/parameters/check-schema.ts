// What a JSON Schema must be before it is compiled: of the right dialect, self-contained, small, and safe.

import { isObject, type Json } from '../analysis/document.ts'
import type { Finding } from '../playbook/playbook.ts'
import { quote } from './fault.ts'
import { DIALECT } from './from-list.ts'
import { metaValidator } from './meta-schema.ts'
import { linearPattern } from './pattern.ts'
import { propertiesOf } from './schema.ts'
import { dangerOf } from './unsafe.ts'

const MAX_SCHEMA_BYTES = 256 * 1024
const MAX_PATTERN = 1024
const MAX_NESTING = 64
/** A Tekton parameter's name (https://github.com/tektoncd/pipeline/blob/v1.0.0/docs/pipelines.md#specifying-parameters). */
const PARAMETER_NAME = /^[A-Za-z_][A-Za-z0-9_.-]*$/

function errorAt(rule: string, path: string, message: string): Finding {
  return { rule, severity: 'error', path, message }
}

function checkPattern(pattern: string, path: string): Finding[] {
  if (pattern.length > MAX_PATTERN)
    return [errorAt('pattern-length', path, `A pattern may have ${MAX_PATTERN} characters at most.`)]
  try {
    linearPattern(pattern)
    return []
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const message = `The pattern ${quote(pattern)} is not supported: ${why}. Write it in RE2's syntax, without look-around and back references.`
    return [errorAt('pattern-unsupported', path, message)]
  }
}

function checkPatterns(value: unknown, path: string, depth = 0): Finding[] {
  if (typeof value !== 'object' || value === null) return []
  if (depth > MAX_NESTING)
    return [errorAt('schema-depth', path, `The schema is nested deeper than ${MAX_NESTING}.`)]
  const patterns =
    isObject(value) && isObject(value.patternProperties) ? Object.keys(value.patternProperties) : []
  const own = isObject(value) && typeof value.pattern === 'string' ? [value.pattern, ...patterns] : patterns
  return [
    ...own.flatMap(pattern => checkPattern(pattern, path)),
    ...Object.entries(value).flatMap(([key, inner]) => checkPatterns(inner, `${path}/${key}`, depth + 1)),
  ]
}

function checkRoot(schema: Json): Finding[] {
  const findings: Finding[] = []
  const dialect = schema.$schema
  if (dialect !== undefined && String(dialect).replace(/#$/, '') !== DIALECT)
    findings.push(
      errorAt('schema-dialect', '/$schema', `${quote(dialect)} is not supported. Use ${DIALECT}.`),
    )
  if (schema.$async !== undefined)
    findings.push(
      errorAt(
        'schema-async',
        '/$async',
        '$async is no JSON Schema keyword and would skip validation. Remove it.',
      ),
    )
  if (schema.type !== undefined && schema.type !== 'object')
    findings.push(
      errorAt('schema-type', '/type', `Parameters are an object, but the schema says ${quote(schema.type)}.`),
    )
  return findings
}

function checkProperties(schema: Json): Finding[] {
  return [...propertiesOf(schema, schema)].flatMap(([name, property]) => {
    const path = `/properties/${name}`
    const bad = PARAMETER_NAME.test(name)
      ? []
      : [
          errorAt(
            'parameter-name',
            path,
            `${quote(name)} is no name that Tekton accepts: use letters, digits, "_", "-", ".".`,
          ),
        ]
    const danger = property.default === undefined ? undefined : dangerOf(property.default)
    if (danger === undefined) return bad
    return [
      ...bad,
      errorAt(
        'default-unsafe',
        `${path}/default`,
        `The default of ${name} must be ${danger.expected}. ${danger.advice}`,
      ),
    ]
  })
}

/** All that is wrong with a schema, except what only compiling it shows. */
export function checkSchema(schema: Json): Finding[] {
  if (Buffer.byteLength(JSON.stringify(schema)) > MAX_SCHEMA_BYTES)
    return [errorAt('schema-size', '', `The schema is larger than ${MAX_SCHEMA_BYTES} bytes.`)]
  const early = [...checkRoot(schema), ...checkPatterns(schema, '')]
  if (early.length > 0) return early
  const validate = metaValidator()
  if (validate(schema)) return checkProperties(schema)
  return (validate.errors ?? []).map(({ instancePath, message }) =>
    errorAt(
      'schema-invalid',
      instancePath,
      `${instancePath === '' ? 'The schema' : instancePath} ${message}.`,
    ),
  )
}
