// Watches: one line of JSON per change, from the revision the client knows, for as long as it listens.

import type { Call, Cluster } from './cluster.ts'
import { apiVersionOf, storageKey } from './kinds.ts'
import { type Predicate, selection } from './selectors.ts'
import { expired, internal } from './status.ts'
import { type Change, Version } from './store.ts'
import { tableOf, wantsTable } from './table.ts'
import { present } from './write.ts'

export interface Listener {
  readonly send: (line: string) => void
  readonly end: () => void
}

interface Watched {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly version: Version
}

const DEFAULT_TIMEOUT_S = 1_800
const BOOKMARK_MS = 60_000

/** What a change means to one selection: entering it is ADDED, leaving it is DELETED with the state it last matched. */
function seen({ type, current, previous }: Change, chosen: Predicate): Watched | undefined {
  const matched = previous !== undefined && chosen(previous.object)
  const matches = type !== 'DELETED' && chosen(current.object)
  if (matches) return { type: matched ? 'MODIFIED' : 'ADDED', version: current }
  if (!matched) return undefined
  return { type: 'DELETED', version: new Version(previous.object, current.revision) }
}

function line(cluster: Cluster, call: Call, { type, version }: Watched): string {
  if (!wantsTable(call.accept)) return `{"type":"${type}","object":${present(call.kind, version)}}\n`
  const metadata = { resourceVersion: String(version.revision) }
  const object = { ...tableOf(call, [version], cluster.clock()), metadata }
  return `${JSON.stringify({ type, object })}\n`
}

function bookmark({ kind }: Call, revision: number, last = false): string {
  const annotations = last ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {}
  const metadata = { resourceVersion: String(revision), ...annotations }
  const object = { kind: kind.kind, apiVersion: apiVersionOf(kind), metadata }
  return `${JSON.stringify({ type: 'BOOKMARK', object })}\n`
}

function wantsBookmarks({ query }: Call): boolean {
  return query.get('allowWatchBookmarks') === 'true'
}

function startOf({ query }: Call): number | 'now' {
  const asked = query.get('resourceVersion') ?? ''
  if (asked === '' || asked === '0' || query.get('sendInitialEvents') === 'true') return 'now'
  const revision = Number(asked)
  if (Number.isInteger(revision) && revision > 0) return revision
  throw internal(
    `resourceVersion: Invalid value: "${asked}": strconv.ParseUint: parsing "${asked}": invalid syntax`,
  )
}

/** Sends what happened before the watch began; false when the window no longer reaches that far back. */
function catchUp(cluster: Cluster, call: Call, { send, take }: Feed): boolean {
  const { store } = cluster
  const start = startOf(call)
  if (start === 'now') {
    const namespace = call.namespace === '' ? undefined : call.namespace
    for (const version of store.all(storageKey(call.kind), namespace)) {
      if (take.chosen(version.object)) send(line(cluster, call, { type: 'ADDED', version }))
    }
    if (wantsBookmarks(call)) send(bookmark(call, store.revision, true))
    return true
  }
  const missed = store.since(start)
  if (missed === undefined) {
    const object = expired(`too old resource version: ${start} (${store.oldest})`).status
    send(`${JSON.stringify({ type: 'ERROR', object })}\n`)
    return false
  }
  for (const change of missed) take.change(change)
  return true
}

interface Feed {
  readonly send: (line: string) => void
  readonly take: { readonly chosen: Predicate; readonly change: (change: Change) => void }
}

/**
 * Starts a watch; the answer stops it (https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes).
 * Throws 400 for selectors and revisions that cannot be read.
 */
export function watch(cluster: Cluster, call: Call, { send, end }: Listener): () => void {
  const key = storageKey(call.kind)
  const chosen = selection(call.kind, call.query) ?? (() => true)
  const change = (happened: Change) => {
    if (happened.key !== key) return
    if (call.namespace !== '' && happened.current.namespace !== call.namespace) return
    const watched = seen(happened, chosen)
    if (watched !== undefined) send(line(cluster, call, watched))
  }
  if (!catchUp(cluster, call, { send, take: { chosen, change } })) {
    end()
    return () => undefined
  }
  const unsubscribe = cluster.store.subscribe(change)
  const mark = () => {
    if (wantsBookmarks(call)) send(bookmark(call, cluster.store.revision))
  }
  const seconds = Number(call.query.get('timeoutSeconds') ?? 0) || DEFAULT_TIMEOUT_S
  const ticking = setInterval(mark, BOOKMARK_MS).unref()
  const stop = () => {
    unsubscribe()
    clearInterval(ticking)
    clearTimeout(timeout)
  }
  const timeout = setTimeout(() => {
    mark()
    stop()
    end()
  }, seconds * 1_000)
  return stop
}
