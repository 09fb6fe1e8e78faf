// In what two bundles differ: their objects, the schema, the annotations; pure.

import { isObject } from '../../shared/analysis/document.ts'
import { stringifyLikeGo } from '../../shared/bundle/json.ts'
import type { Content } from './content.ts'

/** One place; `before` is missing where it was added, `after` where it was removed. */
export interface Change {
  /** `pipeline restart`, `schema`, `annotations`. */
  readonly in: string
  /** `spec.tasks[restart].timeout`; empty for the whole of it. */
  readonly path: string
  readonly before?: unknown
  readonly after?: unknown
}

interface Pair {
  readonly path: string
  readonly before: unknown
  readonly after: unknown
}

function nameOf(item: unknown): string | undefined {
  return isObject(item) && typeof item.name === 'string' ? item.name : undefined
}

/** The items of a list by their names, where all have one of their own; else by where they stand. */
function keyed(list: readonly unknown[]): Map<string, unknown> {
  const names = list.map(nameOf)
  const isNamed = names.every(name => name !== undefined) && new Set(names).size === list.length
  return new Map(list.map((item, index) => [isNamed ? (names[index] ?? '') : String(index), item]))
}

function childPath(path: string, key: string): string {
  if (!/^[\w$-]+$/.test(key)) return `${path}[${JSON.stringify(key)}]`
  return path === '' ? key : `${path}.${key}`
}

/** The parts of both, where both have parts. */
function partsOf({ path, before, after }: Pair): Pair[] | undefined {
  const lists = Array.isArray(before) && Array.isArray(after)
  if (!lists && !(isObject(before) && isObject(after))) return undefined
  const [one, other] = lists
    ? [keyed(before), keyed(after)]
    : [new Map(Object.entries(before as object)), new Map(Object.entries(after as object))]
  return [...new Set([...one.keys(), ...other.keys()])].map(key => ({
    path: lists ? `${path}[${key}]` : childPath(path, key),
    before: one.get(key),
    after: other.get(key),
  }))
}

function same(one: unknown, other: unknown): boolean {
  if (one === undefined || other === undefined) return one === other
  return stringifyLikeGo(one) === stringifyLikeGo(other)
}

function changesIn(what: string, pair: Pair): Change[] {
  if (same(pair.before, pair.after)) return []
  const parts = partsOf(pair)
  const inner = parts?.flatMap(part => changesIn(what, part)) ?? []
  if (inner.length > 0) return inner
  const { path, before, after } = pair
  return [
    {
      in: what,
      path,
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    },
  ]
}

function objectsOf({ objects }: Content): Map<string, unknown> {
  return new Map(objects.map(({ kind, name, object }) => [`${kind} ${name}`, object]))
}

/** Every place in which two bundles differ; the order of objects and keys says nothing. */
export function compareContents(before: Content, after: Content): Change[] {
  const [one, other] = [objectsOf(before), objectsOf(after)]
  const objects = [...new Set([...one.keys(), ...other.keys()])].flatMap(what =>
    changesIn(what, { path: '', before: one.get(what), after: other.get(what) }),
  )
  return [
    ...objects,
    ...changesIn('schema', { path: '', before: before.schema?.json, after: after.schema?.json }),
    ...changesIn('annotations', { path: '', before: before.annotations, after: after.annotations }),
  ]
}
