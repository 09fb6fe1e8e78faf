// Documents of Kubernetes objects: YAML as Kubernetes reads it, or JSON.

import type { ScalarTag, Tags } from 'yaml'
import { isScalar, parseAllDocuments, visit } from 'yaml'
import { BundleError } from './error.ts'
import { stringifyLikeGo } from './json.ts'

/** One object: its JSON text, which is what a bundle holds, and its value. */
export interface ParsedDocument {
  readonly json: string
  readonly object: Readonly<Record<string, unknown>>
}

/** The words that Kubernetes' YAML reader takes for booleans besides true and false, as YAML 1.1 does (https://yaml.org/type/bool.html). */
const BOOLEAN: ScalarTag = {
  tag: 'tag:yaml.org,2002:bool',
  default: true,
  test: /^(?:y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF)$/,
  resolve: text => /^(?:y|on)/i.test(text),
}

/** Integers of YAML 1.1: underscores, `0b`, and octal by a leading zero, as in `mode: 0644` (https://yaml.org/type/int.html). */
const INTEGER: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  test: /^[-+]?(?:0b[01_]+|0x[\da-fA-F_]+|\d[\d_]*|0[oO][0-7_]+)$/,
  resolve(text, onError) {
    const digits = text.replaceAll('_', '').replace(/^[-+]/, '')
    const value = Number(digits.replace(/^0[oO]?(?=[0-7]+$)/, '0o'))
    if (!Number.isSafeInteger(value)) onError('an integer beyond 2^53 would be rounded: quote it')
    return text.startsWith('-') ? -value : value
  },
}

/** Bytes become the text they spell, as Kubernetes' reader has it (https://yaml.org/type/binary.html). */
const BINARY: ScalarTag = {
  tag: 'tag:yaml.org,2002:binary',
  resolve: text => Buffer.from(text, 'base64').toString('utf8'),
}

/** How Kubernetes reads YAML, as far as it is not YAML 1.2. */
export const READ_AS_KUBERNETES = {
  customTags: (tags: Tags) => [BOOLEAN, INTEGER, BINARY, ...tags],
  merge: true,
  logLevel: 'silent',
} as const

/** A text, and every object in it in order. */
export interface ReadText {
  readonly text: string
  readonly documents: readonly ParsedDocument[]
}

/** Few aliases are honest in an object of a megabyte; many are the start of a bomb. */
const MAX_ALIASES = 50

/**
 * Reads every object of a text, in order; empty documents are passed over. JSON keeps its own spelling, YAML becomes compact JSON.
 * Throws BundleError `Corrupt`.
 */
export function parseDocuments(text: string): ParsedDocument[] {
  const json = text.trim()
  const object = json.startsWith('{') ? parseJson(json) : undefined
  if (object !== undefined) return [{ json, object: asObject(object) }]
  return parseYaml(text).flatMap(value => {
    if (value === null || value === undefined) return []
    return [{ json: stringifyLikeGo(value), object: asObject(value) }]
  })
}

function parseYaml(text: string): unknown[] {
  try {
    const documents = parseAllDocuments(text, { ...READ_AS_KUBERNETES, uniqueKeys: false })
    if (!Array.isArray(documents)) return []
    return documents.map(document => {
      const [error] = document.errors
      if (error !== undefined) throw error
      visit(document, { Map: (_, { items }) => checkKeys(items) })
      return document.toJS({ maxAliasCount: MAX_ALIASES })
    })
  } catch (error) {
    throw new BundleError('Corrupt', "found a spec that isn't YAML or JSON parseable", { cause: error })
  }
}

/** The library would compare each key with all before it: a megabyte of them took an hour. */
function checkKeys(items: readonly { readonly key: unknown }[]): undefined {
  const seen = new Set<unknown>()
  for (const { key } of items) {
    const value = isScalar(key) ? key.value : key
    if (seen.has(value)) throw new Error(`the key ${JSON.stringify(String(value))} is given twice`)
    seen.add(value)
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // A flow mapping in YAML starts like JSON.
    return undefined
  }
}

function asObject(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  throw new BundleError('Corrupt', 'a Kubernetes object must be a mapping')
}
