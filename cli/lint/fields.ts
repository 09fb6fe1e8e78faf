// Whether every field of an object is one that Tekton knows, and of the type that it takes.

import { closest } from 'fastest-levenshtein'
import { isObject, type Json } from '../../shared/analysis/document.ts'
import known from './fields.json' with { type: 'json' }
import type { Draft, Path } from './finding.ts'

/** A leaf's type (`?`: anything), the number of an object, a list of a shape, or a map to one. */
export type Shape = 's' | 'i' | 'n' | 'b' | '?' | number | readonly [Shape] | { readonly '*': Shape }

const ROOTS = known.roots as Readonly<Record<string, Shape>>
const OBJECTS = known.objects as unknown as readonly Readonly<Record<string, Shape>>[]

interface Leaf {
  readonly name: string
  readonly is: (value: unknown) => boolean
}

const LEAVES: Readonly<Record<string, Leaf>> = {
  s: { name: 'text', is: value => typeof value === 'string' },
  i: { name: 'a whole number', is: value => Number.isInteger(value) },
  n: { name: 'a number', is: value => typeof value === 'number' },
  b: { name: 'true or false', is: value => typeof value === 'boolean' },
}

function wrongType(path: Path, wanted: string): Draft {
  return {
    rule: 'wrong-type',
    severity: 'error',
    path,
    message: `${path.at(-1)} must be ${wanted}: Kubernetes refuses anything else.`,
    fix: wanted === 'text' ? 'Quote it.' : `Write ${wanted} here.`,
  }
}

function unknownField(path: Path, fields: readonly string[]): Draft {
  const name = String(path.at(-1))
  const place =
    path.length > 2
      ? ` in ${path
          .slice(0, -1)
          .filter(part => typeof part === 'string')
          .join('.')}`
      : ''
  const near = closest(name.toLowerCase(), [...fields])
  const isNear = fields.length > 0 && near[0]?.toLowerCase() === name[0]?.toLowerCase()
  return {
    rule: 'unknown-field',
    severity: 'error',
    path,
    onKey: true,
    message: `Tekton knows no field ${name}${place}, and refuses the object when it reads it strictly.`,
    fix: isNear ? `Did you mean ${near}? Else remove it.` : 'Remove it.',
  }
}

/** Go reads names in any case, and so does Tekton inside a Pipeline; the API server drops what is not written exactly so. */
function otherCase(path: Path, known: string): Draft {
  return {
    rule: 'field-case',
    severity: 'warning',
    path,
    onKey: true,
    message: `The field is called ${known}: written ${path.at(-1)}, Kubernetes drops it where it keeps to Tekton's types.`,
    fix: `Write ${known}.`,
  }
}

function checkField(path: Path, value: unknown, fields: Readonly<Record<string, Shape>>): Draft[] {
  const name = String(path.at(-1))
  const shape = fields[name]
  if (shape !== undefined) return check(value, shape, path)
  const alike = Object.keys(fields).find(known => known.toLowerCase() === name.toLowerCase())
  return [alike === undefined ? unknownField(path, Object.keys(fields)) : otherCase(path, alike)]
}

function checkFields(value: Json, fields: Readonly<Record<string, Shape>>, path: Path): Draft[] {
  return Object.entries(value).flatMap(([name, inner]) => checkField([...path, name], inner, fields))
}

function check(value: unknown, shape: Shape, path: Path): Draft[] {
  if (shape === '?' || value === null || value === undefined) return []
  if (typeof shape === 'string') {
    const leaf = LEAVES[shape]
    return leaf === undefined || leaf.is(value) ? [] : [wrongType(path, leaf.name)]
  }
  if (Array.isArray(shape)) {
    if (!Array.isArray(value)) return [wrongType(path, 'a list')]
    return value.flatMap((item, index) => check(item, shape[0], [...path, index]))
  }
  if (!isObject(value)) return [wrongType(path, 'an object')]
  if (typeof shape === 'number') return checkFields(value, OBJECTS[shape] ?? {}, path)
  const each = '*' in shape ? shape['*'] : '?'
  return Object.entries(value).flatMap(([key, inner]) => check(inner, each, [...path, key]))
}

/** A field that stands beside spec, and belongs into it. */
function misplaced(name: string, shape: Shape): Draft {
  const fields = typeof shape === 'number' ? Object.keys(OBJECTS[shape] ?? {}) : []
  const found = unknownField([name], TOP)
  return fields.includes(name) ? { ...found, fix: 'Move it into spec.' } : found
}

const TOP = ['apiVersion', 'kind', 'metadata', 'spec', 'status']

/** Fields and types of an object, as the CRDs of Tekton have them; nothing for a kind that is not in them. */
export function lintFields(object: Json): Draft[] {
  const shape = ROOTS[`${object.apiVersion} ${object.kind}`]
  if (shape === undefined) return []
  const above = Object.keys(object).filter(name => !TOP.includes(name))
  return [...above.map(name => misplaced(name, shape)), ...check(object.spec, shape, ['spec'])]
}
