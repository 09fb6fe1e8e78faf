// Finds a field by its spellings in an object and in the objects that wrap it.

import { isObject, type Json, readDocument } from './document.ts'
import { WRAPPERS } from './spellings.ts'

const MAX_WRAPPERS = 4

/** The keys of analyses are few and come again with every event; strangers' keys must not fill the memory. */
const plainKeys = new Map<string, string>()
const REMEMBERED = { keys: 2_048, length: 64 } as const

/** `_workflowImage`, `workflow_image` and `workflowImage` are one key. */
export function plainKey(key: string): string {
  const known = plainKeys.get(key)
  if (known !== undefined) return known
  const plain = key.replaceAll(/[_\-\s]/g, '').toLowerCase()
  if (key.length <= REMEMBERED.length && plainKeys.size < REMEMBERED.keys) plainKeys.set(key, plain)
  return plain
}

function isFilled(value: unknown): boolean {
  return typeof value === 'string' ? value.trim() !== '' : value !== undefined && value !== null
}

/** The object that a value is or, as a string, holds. */
export function asObject(value: unknown): Json | undefined {
  if (isObject(value)) return value
  return typeof value === 'string' && value.includes('{') ? readDocument(value) : undefined
}

/** Objects are read by many spellings, so each is indexed once. */
const indexes = new WeakMap<Json, ReadonlyMap<string, unknown>>()

function indexOf(object: Json): ReadonlyMap<string, unknown> {
  const known = indexes.get(object)
  if (known !== undefined) return known
  const index = new Map<string, unknown>()
  for (const [key, value] of Object.entries(object))
    if (isFilled(value) && !index.has(plainKey(key))) index.set(plainKey(key), value)
  indexes.set(object, index)
  return index
}

/** The spellings are a fixed table, so each is taken apart once. */
const segments = new Map<string, readonly string[]>()

function segmentsOf(path: string): readonly string[] {
  const known = segments.get(path)
  if (known !== undefined) return known
  const taken = path.split('.').map(plainKey)
  segments.set(path, taken)
  return taken
}

function get(object: Json, path: string): unknown {
  let value: unknown = object
  for (const segment of segmentsOf(path)) {
    const within = asObject(value)
    if (within === undefined) return undefined
    value = indexOf(within).get(segment)
  }
  return value
}

/** What the spellings hold in these objects, the first spelling first: nulls and blank strings do not count. */
export function findAll(layers: readonly Json[], spellings: readonly string[]): unknown[] {
  const found: unknown[] = []
  for (const path of spellings)
    for (const layer of layers) {
      const value = get(layer, path)
      if (isFilled(value)) found.push(value)
    }
  return found
}

export function find(layers: readonly Json[], spellings: readonly string[]): unknown {
  return findAll(layers, spellings)[0]
}

/** The first of them that is text, trimmed. */
export function findText(layers: readonly Json[], spellings: readonly string[]): string | undefined {
  const texts = findAll(layers, spellings).filter(value => typeof value === 'string')
  return texts.map(text => text.trim()).find(text => text !== '')
}

/** How models and services write a boolean as text or as a number. */
const WORDS: Readonly<Record<'yes' | 'no', readonly string[]>> = {
  yes: ['true', 'yes', 'y', 'on', '1'],
  no: ['false', 'no', 'n', 'off', '0'],
}

/** Whether any of them says so: caution needs one voice only. */
export function anyIs(layers: readonly Json[], spellings: readonly string[], wanted: boolean): boolean {
  const words = WORDS[wanted ? 'yes' : 'no']
  return findAll(layers, spellings).some(value => words.includes(plainKey(String(value))))
}

/** A number from 0 to 1, also as text; nothing else is a confidence. */
export function findConfidence(layers: readonly Json[], spellings: readonly string[]): number | undefined {
  const value = find(layers, spellings)
  const number = typeof value === 'string' && /^[01](\.\d+)?$/.test(value.trim()) ? Number(value) : value
  return typeof number === 'number' && number >= 0 && number <= 1 ? number : undefined
}

/** The document and everything in it that only wraps an analysis, the outermost first. */
export function layersOf(document: Json): readonly Json[] {
  const layers: Json[] = [document]
  for (let at = 0; at < layers.length && layers.length < MAX_WRAPPERS * WRAPPERS.length; at++) {
    const layer = layers[at]
    if (layer === undefined) continue
    for (const wrapper of WRAPPERS) {
      const inner = asObject(get(layer, wrapper))
      if (inner !== undefined) layers.push(inner)
    }
  }
  return layers
}
