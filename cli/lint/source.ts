// A file as lint reads it: its documents as Kubernetes reads them, and where in the text everything stands.

import {
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
} from 'yaml'
import { isObject, type Json } from '../../shared/analysis/document.ts'
import { READ_AS_KUBERNETES } from '../../shared/bundle/yaml.ts'
import type { Path } from './finding.ts'

export interface Position {
  readonly line: number
  readonly column: number
}

export interface Place {
  readonly path: Path
  readonly onKey?: boolean | undefined
  readonly text?: string | undefined
}

export interface SourceDocument {
  readonly value: Json
  readonly locate: (place: Place) => Position
}

export interface Mistake extends Position {
  readonly message: string
}

/** One of a file's documents, or why it is none. */
export type ReadDocument = SourceDocument | Mistake

const MAX_ALIASES = 50

interface Found {
  readonly key?: Node
  readonly value?: Node
}

function followed(node: unknown, document: Document): unknown {
  return isAlias(node) ? node.resolve(document) : node
}

/** One step into a node; what is merged in (`<<`) counts as there. */
function step(node: unknown, segment: string | number, document: Document): Found | undefined {
  const at = followed(node, document)
  if (isSeq(at)) return { value: at.items[Number(segment)] as Node }
  if (!isMap(at)) return undefined
  const own = at.items.find(({ key }) => isScalar(key) && String(key.value) === String(segment))
  if (own !== undefined) return { key: own.key as Node, value: own.value as Node }
  const merged = at.items.filter(({ key }) => isScalar(key) && key.source === '<<')
  const sources = merged.flatMap(({ value }) => {
    const from = followed(value, document)
    return isSeq(from) ? from.items : [from]
  })
  return sources.map(source => step(source, segment, document)).find(found => found !== undefined)
}

/** The deepest part of a path that exists: what is missing is where it would be. */
function find(document: Document, path: Path): Found {
  let found: Found = { value: document.contents as Node }
  for (const segment of path) {
    const next = step(found.value, segment, document)
    if (next?.value === undefined && next?.key === undefined) break
    found = next
  }
  return found
}

function offsetOf(text: string, found: Found, { onKey, text: wanted }: Place): number {
  const node = onKey === true && found.key !== undefined ? found.key : (found.value ?? found.key)
  const [start = 0, end = 0] = (isPair(node) ? undefined : node?.range) ?? []
  const within = wanted === undefined ? -1 : text.slice(start, end).indexOf(wanted)
  return start + Math.max(within, 0)
}

function positionAt(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset)
  // A text without a line has none to count.
  return { line: Math.max(line, 1), column: Math.max(col, 1) }
}

function read(document: Document.Parsed, text: string, lines: LineCounter): ReadDocument | undefined {
  const [error] = document.errors
  if (error !== undefined)
    return {
      ...positionAt(lines, error.pos[0]),
      message: error.message.split('\n')[0]?.replace(/ at line .*/, '') ?? '',
    }
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES })
    if (!isObject(value)) return undefined
    return { value, locate: place => positionAt(lines, offsetOf(text, find(document, place.path), place)) }
  } catch (error) {
    const [start = 0] = document.range
    return { ...positionAt(lines, start), message: error instanceof Error ? error.message : String(error) }
  }
}

/** All documents of a text that are objects, and what keeps the others from being read. Never throws. */
export function readSource(text: string): ReadDocument[] {
  const lines = new LineCounter()
  const documents = parseAllDocuments(text, { ...READ_AS_KUBERNETES, lineCounter: lines })
  if (!Array.isArray(documents)) return []
  return documents.map(each => read(each, text, lines)).filter(each => each !== undefined)
}
