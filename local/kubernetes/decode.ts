// From a request's body to an object of a kind: parsed, of the right type, pruned and defaulted.

import { parse } from 'yaml'
import { apiVersionOf, type Kind, storedApiVersion } from './kinds.ts'
import { normalMetadata } from './metadata.ts'
import { at, type Fields, fieldsOf, isFields, type Resource } from './objects.ts'
import { fill, prune } from './schema.ts'
import { badRequest, invalid, unsupportedMediaType } from './status.ts'
import { invalidValue, validate } from './validate.ts'

const YAML: readonly string[] = ['application/yaml', 'application/apply-patch+yaml']
const JSON_TYPES: readonly string[] = ['application/json', '']

export function mediaType(contentType: string): string {
  return (contentType.split(';')[0] ?? '').trim().toLowerCase()
}

/** JSON is YAML too, and that is what most of it is; it is read in a fraction of the time. */
function parseYaml(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return parse(text)
  }
}

/** The body as JSON, whether it was sent as JSON or YAML. */
export function parseBody(text: string, contentType: string): unknown {
  const type = mediaType(contentType)
  try {
    if (YAML.includes(type)) return parseYaml(text)
    if (JSON_TYPES.includes(type) || type.endsWith('+json')) return JSON.parse(text)
  } catch (error) {
    throw badRequest(`couldn't get version/kind; json parse error: ${String(error)}`)
  }
  throw unsupportedMediaType([
    'application/json',
    'application/yaml',
    'application/vnd.kubernetes.protobuf',
    'application/cbor',
  ])
}

function unhandled(kind: Kind, sent: string, why: string): Error {
  return badRequest(`${sent} in version "${kind.version}" cannot be handled as a ${kind.kind}: ${why}`)
}

function unrecognised({ kind }: Kind, body: Fields): Error {
  const text = JSON.stringify(body)
  const why = `Object 'Kind' is missing in '${text}' (${text.slice(0, 30)}${text.length > 30 ? ' ...' : ''})`
  return badRequest(`the object provided is unrecognized (must be of type ${kind}): ${why}`)
}

/** Custom resources must say what they are; built-in kinds are known by their path. */
function checkType(kind: Kind, body: Fields): void {
  const sent = typeof body.kind === 'string' ? body.kind : ''
  const version = typeof body.apiVersion === 'string' ? body.apiVersion : ''
  if (kind.custom && sent === '') throw unrecognised(kind, body)
  if (version !== '' && version !== apiVersionOf(kind)) {
    const expected = apiVersionOf(kind)
    throw badRequest(
      `the API version in the data (${version}) does not match the expected API version (${expected})`,
    )
  }
  if (sent === '' || sent === kind.kind) return
  if (!kind.custom) throw unhandled(kind, sent, `converting (${sent}) to (${kind.kind}): unknown conversion`)
  const name = String(fieldsOf(body.metadata).name ?? '')
  throw invalid(kind, name, { faults: [invalidValue('kind', sent, `must be ${kind.kind}`)], kindName: sent })
}

/** The words of Go's decoder for a value that is no text. */
function unmarshal(value: unknown, field: string): string {
  const type = typeof value === 'boolean' ? 'bool' : Array.isArray(value) ? 'array' : typeof value
  return `json: cannot unmarshal ${type} into Go struct field ${field} of type string`
}

function checkMetadata(kind: Kind, metadata: Fields): void {
  for (const field of ['labels', 'annotations']) {
    for (const value of Object.values(fieldsOf(metadata[field]))) {
      if (typeof value === 'string') continue
      throw unhandled(kind, kind.kind, unmarshal(value, `ObjectMeta.${field}`))
    }
  }
}

export type FieldValidation = 'Strict' | 'Warn' | 'Ignore'

interface Decoded {
  readonly object: Resource
  /** Sent back as Warning headers, as `fieldValidation=Warn` asks. */
  readonly warnings: readonly string[]
}

/** Faults of type in a built-in kind are faults of decoding (400); those of a custom resource are found by its validation. */
function checkBuiltIn(kind: Kind, body: Fields): void {
  if (kind.custom || kind.schema === undefined) return
  const [first] = validate(body, kind.schema, '')
  if (first === undefined) return
  const path = first.field.split('.')
  const isMap = kind.schema.properties?.[path[0] ?? '']?.additionalProperties !== undefined
  const field = `${kind.kind}.${isMap ? path[0] : first.field}`
  throw unhandled(kind, kind.kind, unmarshal(at(body, ...path), field))
}

/**
 * Decodes a body as an object of the kind, in its stored version. Unknown fields are dropped, or refused where the
 * request says `fieldValidation=Strict` (https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation).
 */
export function decode(kind: Kind, body: unknown, validation: FieldValidation = 'Warn'): Decoded {
  if (!isFields(body)) throw badRequest('the object provided is unrecognized (must be of type Object)')
  checkType(kind, body)
  const metadata = fieldsOf(body.metadata)
  checkMetadata(kind, metadata)
  const dropped: string[] = []
  const pruned = kind.schema === undefined ? body : fieldsOf(prune(body, kind.schema, { path: '', dropped }))
  const warnings = dropped.map(field => `unknown field "${field}"`)
  if (validation === 'Strict' && dropped.length > 0)
    throw unhandled(kind, kind.kind, `strict decoding error: ${warnings.join(', ')}`)
  const filled = kind.schema === undefined ? pruned : fieldsOf(fill(pruned, kind.schema))
  checkBuiltIn(kind, filled)
  return {
    object: {
      ...filled,
      apiVersion: storedApiVersion(kind),
      kind: kind.kind,
      metadata: normalMetadata(metadata),
    },
    warnings: validation === 'Warn' ? warnings : [],
  }
}
