// Where in a text something lies: lines and columns from 1, by its path in the document.

import { type Document, isMap, isScalar, type LineCounter } from 'yaml'

export type Path = readonly (string | number)[]

export interface Place {
  readonly line: number
  readonly column: number
}

/** `/rules/2/name` as a path. */
export function pathOf(pointer: string): Path {
  return pointer
    .split('/')
    .slice(1)
    .map(each => each.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map(each => (/^\d+$/.test(each) ? Number(each) : each))
}

function nodeAt(document: Document, path: Path): unknown {
  return path.length === 0 ? document.contents : document.getIn(path, true)
}

function startOf(node: unknown): number | undefined {
  return (node as { range?: readonly number[] | null } | null | undefined)?.range?.[0]
}

/** The place of what lies at a path, or of what is nearest above it. */
export function placeOf(document: Document, lines: LineCounter, path: Path): Place {
  for (let length = path.length; length >= 0; length--) {
    const start = startOf(nodeAt(document, path.slice(0, length)))
    if (start === undefined) continue
    const { line, col: column } = lines.linePos(start)
    return { line, column }
  }
  return { line: 1, column: 1 }
}

/** The place of a key itself, in the mapping at a path. */
export function placeOfKey(
  document: Document,
  lines: LineCounter,
  [path, key]: readonly [Path, string],
): Place {
  const map = nodeAt(document, path)
  const pair = isMap(map)
    ? map.items.find(({ key: each }) => isScalar(each) && each.value === key)
    : undefined
  const start = startOf(pair?.key)
  if (start === undefined) return placeOf(document, lines, path)
  const { line, col: column } = lines.linePos(start)
  return { line, column }
}
