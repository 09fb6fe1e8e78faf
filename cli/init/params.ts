// The parameters of a container, from the words of the command line or a Pipeline's params, as JSON Schema.

import { isObject, type Json } from '../../shared/analysis/document.ts'
import { DIALECT } from '../../shared/parameters/from-list.ts'
import { Trouble } from '../shell.ts'

/** What a text may have where nobody says more. */
const LONGEST = 1024
const LABEL = { pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', maxLength: 63 }
const NAME = /^[A-Za-z_][A-Za-z0-9_-]*$/
const BOUNDS = ['enum', 'const', 'pattern', 'maxLength', 'format']

/** `string`, or the values of an enumeration between bars. */
function propertyOf(name: string, type: string): Json {
  if (type.includes('|')) return { type: 'string', enum: type.split('|') }
  if (type === 'string') return { type, ...(/NAMESPACE$/i.test(name) ? LABEL : { maxLength: LONGEST }) }
  if (type === 'integer' || type === 'number' || type === 'boolean') return { type }
  throw new Trouble(`--param ${name}: the type is string, integer, number, boolean, or values like low|high.`)
}

function defaultOf(name: string, text: string, { type, enum: values }: Json): unknown {
  if (type === 'boolean' && /^(?:true|false)$/.test(text)) return text === 'true'
  const number = Number(text)
  const isNumber = text.trim() !== '' && Number.isFinite(number)
  if (type === 'integer' ? Number.isSafeInteger(number) && isNumber : type === 'number' && isNumber)
    return number
  if (type === 'string' && (!Array.isArray(values) || values.includes(text))) return text
  throw new Trouble(`--param ${name}: the default ${JSON.stringify(text)} is none of its type.`)
}

interface Declared {
  readonly name: string
  readonly property: Json
}

/** `NAME`, `NAME:type`, `NAME=default` or `NAME:type=default`. */
function readParam(text: string): Declared {
  const [, name = '', type = 'string', fallback] = /^([^:=]*)(?::([^=]*))?(?:=(.*))?$/s.exec(text) ?? []
  if (!NAME.test(name))
    throw new Trouble(
      `--param takes NAME[:type][=default], and "${text}" has no name that a container can have.`,
    )
  const property = propertyOf(name, type)
  return {
    name,
    property:
      fallback === undefined ? property : { ...property, default: defaultOf(name, fallback, property) },
  }
}

function schemaOf(declared: readonly Declared[]): Json {
  const required = declared.filter(({ property }) => property.default === undefined).map(({ name }) => name)
  return {
    $schema: DIALECT,
    type: 'object',
    properties: Object.fromEntries(declared.map(({ name, property }) => [name, property])),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  }
}

/** Throws Trouble. */
export function schemaOfWords(words: readonly string[]): Json {
  const declared = words.map(readParam)
  const names = declared.map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new Trouble(`--param ${twice} is given twice.`)
  return schemaOf(declared)
}

function propertyOfPipeline({ type, description, default: fallback, properties }: Json): Json {
  const text = { type: 'string', maxLength: LONGEST }
  const said = {
    ...(typeof description === 'string' && { description }),
    ...(fallback !== undefined && fallback !== null && { default: fallback }),
  }
  if (type === 'array' || Array.isArray(fallback)) return { type: 'array', items: text, ...said }
  if (type !== 'object' && !isObject(properties) && !isObject(fallback)) return { ...text, ...said }
  const keys = Object.keys(isObject(properties) ? properties : isObject(fallback) ? fallback : {})
  return {
    type: 'object',
    properties: Object.fromEntries(keys.map(key => [key, text])),
    additionalProperties: false,
    ...said,
  }
}

/** What a Pipeline's params say of themselves, bounded. */
export function schemaOfPipeline(params: readonly Json[]): Json {
  return schemaOf(params.map(param => ({ name: String(param.name), property: propertyOfPipeline(param) })))
}

function boundedProperty(property: unknown): unknown {
  if (!isObject(property)) return property
  if (isObject(property.items)) return { ...property, items: boundedProperty(property.items) }
  const isBounded = property.type !== 'string' || BOUNDS.some(key => key in property)
  return isBounded ? property : { ...property, maxLength: LONGEST }
}

/** The schema, with a length for each text that has no bounds. */
export function bounded(schema: Json): Json {
  const properties = isObject(schema.properties) ? schema.properties : {}
  const entries = Object.entries(properties).map(([name, property]) => [name, boundedProperty(property)])
  return { ...schema, properties: Object.fromEntries(entries) }
}
