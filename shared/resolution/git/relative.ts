// Pipelines as code: references that name only a path become references to the commit that the Pipeline was read at.

import { isMap, isScalar, isSeq, parseDocument, type YAMLMap } from 'yaml'
import type { Params, ParamValue } from '../params.ts'
import { pathFrom } from './path.ts'

/** Where a referring object was read. */
export interface Origin {
  /** The parameters of its request. */
  readonly params: Params
  readonly commit: string
  readonly path: string
}

export interface Bound {
  readonly text: string
  /** How many references were completed. */
  readonly count: number
}

/** What says where a repository is and how it may be read; `revision` and `pathInRepo` are each reference's own. */
const INHERITED: readonly string[] = [
  'url',
  'gitToken',
  'gitTokenKey',
  'org',
  'repo',
  'scmType',
  'serverURL',
  'token',
  'tokenKey',
  'configKey',
  'relativeRefs',
]

const REFERENCES: ReadonlySet<unknown> = new Set(['taskRef', 'pipelineRef', 'ref'])

/**
 * Completes every `taskRef`, `pipelineRef` and step `ref` with `resolver: git` that names a `pathInRepo` and no repository.
 * A path that begins with `./` or `../` is one beside the file, others are from the root. Everything else stays as it is,
 * comments too; without such a reference the text is the same, byte for byte.
 */
export function bindReferences(text: string, origin: Origin): Bound {
  // Comparing each key with all others takes minutes for many: whoever takes the text looks for doubles.
  const document = parseDocument(text, { uniqueKeys: false })
  // Whoever takes it says better what is wrong with it.
  if (document.errors.length > 0) return { text, count: 0 }
  let count = 0
  visit(document.contents, reference => {
    if (complete(reference, origin)) count += 1
  })
  return count === 0 ? { text, count } : { text: document.toString({ lineWidth: 0 }), count }
}

function visit(node: unknown, found: (reference: YAMLMap) => void): void {
  if (isSeq(node)) for (const item of node.items) visit(item, found)
  if (!isMap(node)) return
  for (const { key, value } of node.items) {
    if (isScalar(key) && REFERENCES.has(key.value) && isMap(value)) found(value)
    else visit(value, found)
  }
}

function complete(reference: YAMLMap, { params, commit, path }: Origin): boolean {
  const given = reference.get('params')
  if (reference.get('resolver') !== 'git' || !isSeq(given)) return false
  const own = new Map<unknown, unknown>(
    given.items.flatMap(item => (isMap(item) ? [[item.get('name'), item.get('value')] as const] : [])),
  )
  const wanted = own.get('pathInRepo')
  if (own.has('url') || own.has('repo') || typeof wanted !== 'string') return false
  const target = pathFrom(path, wanted)
  // One that climbs out stays as it is: its own request is refused, and says why.
  if (target === undefined) return false
  for (const item of given.items)
    if (isMap(item) && item.get('name') === 'pathInRepo') item.set('value', target)
  const inherited = INHERITED.map(name => [name, params.get(name)] as const)
  const added: (readonly [string, ParamValue | undefined])[] = [...inherited, ['revision', commit]]
  for (const [name, value] of added) if (value !== undefined && !own.has(name)) given.add({ name, value })
  return true
}
