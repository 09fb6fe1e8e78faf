// Tekton's variables in a text, found as Tekton finds them (pkg/substitution of tektoncd/pipeline).

import { isObject } from '../../shared/analysis/document.ts'
import type { Path } from './finding.ts'

/** One `$(params…)`. */
export interface Variable {
  /** As it is written. */
  readonly text: string
  /** The param's name. */
  readonly name: string
  /** What follows the name after a dot: an object's key. */
  readonly key?: string
  /** `[*]` or a number in brackets, if any. */
  readonly index?: string
  /** More than one dot: Tekton takes that only in brackets. */
  readonly isTooDeep: boolean
}

const PARAM = /\$\((?:inputs\.)?params(?:\.(.*?)|\["(.*?)"\](.*?)|\['(.*?)'\](.*?))\)/g
const INDEX = /\[(\*|\d+)\]$/

function variableOf([
  text = '',
  dotted,
  double,
  afterDouble,
  single,
  afterSingle,
]: RegExpMatchArray): Variable {
  const bracketed = double ?? single
  const index = INDEX.exec(dotted ?? afterDouble ?? afterSingle ?? '')?.[1]
  const plain = (bracketed ?? dotted ?? '').replace(INDEX, '')
  const [name = '', key, ...rest] = bracketed === undefined ? plain.split('.') : [plain]
  return {
    text,
    name,
    ...(key === undefined ? {} : { key }),
    ...(index === undefined ? {} : { index }),
    isTooDeep: rest.length > 0,
  }
}

/** Every param in a text. `$$(params.x)` is one too: Tekton replaces it all the same. */
export function paramsIn(text: string): Variable[] {
  return [...text.matchAll(PARAM)].map(variableOf)
}

/** Once each, in the order in which they are first written. */
export function distinctParamsIn(text: string): Variable[] {
  const first = new Map<string, Variable>()
  for (const each of paramsIn(text)) if (!first.has(each.text)) first.set(each.text, each)
  return [...first.values()]
}

export interface Text {
  readonly path: Path
  readonly text: string
}

/** Every text below a value, with where it stands. */
export function textsIn(value: unknown, path: Path): Text[] {
  if (typeof value === 'string') return [{ path, text: value }]
  if (Array.isArray(value)) return value.flatMap((item, index) => textsIn(item, [...path, index]))
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([key, inner]) => textsIn(inner, [...path, key]))
}
