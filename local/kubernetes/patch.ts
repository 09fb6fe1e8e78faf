// The patches that say what to change: JSON merge patch and JSON patch.

import { type Fields, isFields, isSame } from './objects.ts'
import { badRequest, unprocessable } from './status.ts'

/** https://www.rfc-editor.org/rfc/rfc7386#section-2 */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isFields(patch)) return patch
  const merged: Record<string, unknown> = isFields(target) ? { ...target } : {}
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name]
    else merged[name] = mergePatch(merged[name], value)
  }
  return merged
}

interface Operation {
  readonly op: string
  readonly path: string
  readonly from?: string
  readonly value?: unknown
}

function isOperation(value: unknown): value is Operation & Fields {
  return isFields(value) && typeof value.op === 'string' && typeof value.path === 'string'
}

/** https://www.rfc-editor.org/rfc/rfc6901#section-4 */
function steps(pointer: string): readonly string[] {
  if (pointer === '') return []
  if (!pointer.startsWith('/')) throw unprocessable()
  return pointer
    .slice(1)
    .split('/')
    .map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

type Container = Record<string, unknown> | unknown[]

function child(container: unknown, step: string): unknown {
  if (Array.isArray(container)) return container[position(container, step)]
  if (isFields(container) && Object.hasOwn(container, step)) return container[step]
  throw unprocessable()
}

function position(list: readonly unknown[], step: string): number {
  const index = /^(0|[1-9]\d*)$/.test(step) ? Number(step) : -1
  if (index < 0 || index >= list.length) throw unprocessable()
  return index
}

function read(document: unknown, pointer: string): unknown {
  return steps(pointer).reduce(child, document)
}

function parentOf(document: unknown, pointer: string): { container: Container; last: string } {
  const path = steps(pointer)
  const container = path.slice(0, -1).reduce(child, document)
  const last = path.at(-1)
  if (last === undefined || typeof container !== 'object' || container === null) throw unprocessable()
  return { container: container as Container, last }
}

function add(document: unknown, pointer: string, value: unknown): void {
  const { container, last } = parentOf(document, pointer)
  if (!Array.isArray(container)) container[last] = value
  else if (last === '-' || last === String(container.length)) container.push(value)
  else container.splice(position(container, last), 0, value)
}

function remove(document: unknown, pointer: string): void {
  const { container, last } = parentOf(document, pointer)
  if (Array.isArray(container)) container.splice(position(container, last), 1)
  else if (Object.hasOwn(container, last)) delete container[last]
  else throw unprocessable()
}

function replace(document: unknown, pointer: string, value: unknown): void {
  const { container, last } = parentOf(document, pointer)
  child(container, last)
  if (Array.isArray(container)) container[position(container, last)] = value
  else container[last] = value
}

function run(document: unknown, { op, path, from = '', value }: Operation): void {
  if (op === 'add') add(document, path, value)
  else if (op === 'remove') remove(document, path)
  else if (op === 'replace') replace(document, path, value)
  else if (op === 'copy') add(document, path, structuredClone(read(document, from)))
  else if (op === 'move') {
    const moved = read(document, from)
    remove(document, from)
    add(document, path, moved)
  } else if (op !== 'test' || !isSame(read(document, path), value)) throw unprocessable()
}

/** All operations or none; a `test` that fails refuses the patch with 422 (https://www.rfc-editor.org/rfc/rfc6902#section-4). */
export function jsonPatch(target: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch) || !patch.every(isOperation))
    throw badRequest('error decoding patch: json: cannot unmarshal into jsonpatch.Patch')
  const document: unknown = structuredClone(target)
  for (const operation of patch) run(document, operation)
  return document
}
