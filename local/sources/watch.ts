// List and watch of one collection over plain HTTP, as a reflector does it: the list tells where to start, nothing more.

import { reasonOf } from '../../shared/events/emit.ts'
import type { Verb, WatchedObject } from './apiserver-events.ts'

/** One collection to watch. `onChange` is awaited, so the next change waits for it. */
export interface WatchOptions {
  readonly fetch: typeof globalThis.fetch
  readonly url: string
  readonly labelSelector: string
  readonly signal: AbortSignal
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  readonly onChange: (verb: Verb, object: WatchedObject) => Promise<void>
  readonly onError: (error: Error) => void
}

interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'
  readonly object: VersionedObject
}

type WatchLine =
  | Change
  | { readonly type: 'ERROR'; readonly object: { readonly code?: number; readonly message?: string } }

type VersionedObject = WatchedObject & { readonly metadata: { readonly resourceVersion: string } }

const VERBS = { ADDED: 'add', MODIFIED: 'update', DELETED: 'delete' } as const
const RETRY_MS = 800

/**
 * Watches until the signal aborts; calls `onReady` once the first watch is open. A watch that ends goes on from the last
 * version; 410 lists again, and what changed in between is missed, as the real adapter misses it
 * (https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes).
 */
export async function watchForever(options: WatchOptions, onReady: () => void): Promise<void> {
  let version: string | undefined
  while (!options.signal.aborted) version = await watchOnce(options, version, onReady)
}

/** Gives the version to go on from, or nothing when the collection has to be listed again. */
async function watchOnce(
  options: WatchOptions,
  from: string | undefined,
  onReady: () => void,
): Promise<string | undefined> {
  const { url, signal, sleep, onChange, onError } = options
  let version = from
  try {
    const first = version ?? (await listVersion(options))
    version = first
    for await (const line of openWatch(options, first, onReady)) {
      version = line.object.metadata.resourceVersion
      if (line.type !== 'BOOKMARK') await onChange(VERBS[line.type], line.object)
    }
    // A server that ends every watch at once must not be asked again at once.
    if (version === first) await sleep(RETRY_MS, signal)
    return version
  } catch (error) {
    if (signal.aborted || error instanceof Gone) return undefined
    onError(new Error(`watch ${url}: ${reasonOf(error)}`, { cause: error }))
    await sleep(RETRY_MS, signal)
    return version
  }
}

class Gone extends Error {}

async function listVersion({ fetch, url, labelSelector, signal }: WatchOptions): Promise<string> {
  const response = await fetch(`${url}${query({ labelSelector, limit: '1' })}`, { signal })
  if (!response.ok)
    throw new Error(`the list answered ${response.status}: ${(await response.text()).slice(0, 200)}`)
  const list = (await response.json()) as { readonly metadata: { readonly resourceVersion: string } }
  return list.metadata.resourceVersion
}

async function* openWatch(
  { fetch, url, labelSelector, signal }: WatchOptions,
  resourceVersion: string,
  onReady: () => void,
): AsyncGenerator<Change> {
  const parameters = { labelSelector, resourceVersion, watch: 'true', allowWatchBookmarks: 'true' }
  const response = await fetch(`${url}${query(parameters)}`, { signal })
  if (response.status === 410) throw new Gone()
  if (!response.ok || response.body === null)
    throw new Error(`the watch answered ${response.status}: ${(await response.text()).slice(0, 200)}`)
  onReady()
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of response.body) {
    const lines = `${rest}${decoder.decode(chunk, { stream: true })}`.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line.trim() !== '') yield changeOf(JSON.parse(line))
  }
}

function changeOf(line: WatchLine): Change {
  if (line.type !== 'ERROR') return line
  if (line.object.code === 410) throw new Gone()
  throw new Error(`the watch failed with ${line.object.code}: ${line.object.message}`)
}

function query(parameters: Record<string, string>): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== '')
  return `?${new URLSearchParams(given)}`
}
