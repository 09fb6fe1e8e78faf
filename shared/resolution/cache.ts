// Keeping answers: for ever what was asked for by digest, the rest while the remote says that it still holds, failures briefly.

import { LRUCache } from 'lru-cache'
import type { Clock } from '../runtime/clock.ts'
import { parseDuration } from '../runtime/duration.ts'
import { cacheMode } from './cache-mode.ts'
import { ResolutionError } from './error.ts'
import { questionKey } from './key.ts'
import type { Note } from './meter.ts'
import { type Reading, readsTheSame, recording } from './recording.ts'
import type { Resolved, Resolver, ResolverRequest } from './resolver.ts'

interface Entry {
  readonly outcome: Resolved | ResolutionError
  readonly readings: readonly Reading[]
  readonly storedAt: number
  /** When the remote was last asked. */
  checkedAt: number
}

export interface CacheOptions {
  readonly clock: Clock
  readonly note: Note
}

/** Data of at most 1 MiB each; a pod has 256 MiB. */
const MAX_BYTES = 32 * 1024 * 1024
const USUAL_ENTRIES = 1_000
const MAX_ENTRIES = 10_000
const FAILURE_BYTES = 1_024
/** What was true a second ago counts as true, as in a creationTimestamp. */
const FRESH_MS = 1_000
const FAILURE_MS = 3_000
const LONG_MS = 24 * 3_600_000
/** Tekton's own time to live, for who asks to keep what may change. */
const ALWAYS_MS = 5 * 60_000

function sizeOf({ outcome }: Entry): number {
  return outcome instanceof ResolutionError ? FAILURE_BYTES : Buffer.byteLength(outcome.data) + FAILURE_BYTES
}

/** What `resolver-cache-config` says: how many answers, and how long one that may change and is asked for with `always`. */
function limitsOf({ cacheSettings = {} }: ResolverRequest): { count: number; always: number } {
  const size = Number(cacheSettings['max-size'])
  const count = Number.isInteger(size) && size > 0 ? Math.min(size, MAX_ENTRIES) : USUAL_ENTRIES
  return { count, always: parseDuration(cacheSettings.ttl ?? '') || ALWAYS_MS }
}

/** Annotations as Tekton writes them (https://tekton.dev/docs/pipelines/resolution/). */
function noted(resolved: Resolved, type: string, operation: 'store' | 'retrieve', at: number): Resolved {
  const prefix = 'resolution.tekton.dev/'
  return {
    ...resolved,
    annotations: {
      ...resolved.annotations,
      [`${prefix}cached`]: 'true',
      [`${prefix}cache-timestamp`]: new Date(at).toISOString(),
      [`${prefix}cache-resolver-type`]: type,
      [`${prefix}cache-operation`]: operation,
    },
  }
}

/**
 * Answers from memory where the answer still holds and the request would read the same credentials as the one it was
 * fetched for; its key holds the namespace. Memory is bounded by count and by bytes.
 */
export function withCache(resolver: Resolver, { clock, note }: CacheOptions): Resolver {
  const entries = new LRUCache<string, Entry>({
    max: MAX_ENTRIES,
    maxSize: MAX_BYTES,
    sizeCalculation: sizeOf,
  })

  async function stillHolds(entry: Entry, request: ResolverRequest, signal: AbortSignal): Promise<boolean> {
    const now = clock.now()
    const age = now - entry.checkedAt
    if (entry.outcome instanceof ResolutionError) return age < FAILURE_MS
    const { holds } = entry.outcome
    if (cacheMode(request) === 'always' && now - entry.storedAt < limitsOf(request).always) return true
    if (holds === 'forever') return now - entry.storedAt < LONG_MS
    if (holds === undefined) return false
    // A burst asks once, however long it takes: the remote was asked after this request was made.
    if (age < FRESH_MS || (request.createdAt ?? now) <= entry.checkedAt) return true
    // A remote that does not answer now is asked the whole question, with retries.
    if (!(await holds(request, signal).catch(() => false))) return false
    entry.checkedAt = now
    note('revalidated')
    return true
  }

  async function ask(key: string, request: ResolverRequest, signal: AbortSignal): Promise<Resolved> {
    const { secrets, readings } = recording(request.secrets)
    const storedAt = clock.now()
    const keep = (outcome: Entry['outcome']): void => {
      entries.set(key, { outcome, readings, storedAt, checkedAt: storedAt })
      while (entries.size > limitsOf(request).count) entries.pop()
    }
    try {
      const resolved = await resolver.resolve({ ...request, secrets }, signal)
      if (resolved.holds === undefined && cacheMode(request) !== 'always') return resolved
      keep(resolved)
      return noted(resolved, resolver.type, 'store', storedAt)
    } catch (error) {
      entries.delete(key)
      if (error instanceof ResolutionError && !error.mayPass) keep(error)
      throw error
    }
  }

  return {
    ...resolver,
    validate(params, settings) {
      cacheMode({ params, settings })
      resolver.validate(params, settings)
    },
    async resolve(request, signal) {
      if (cacheMode(request) === 'never') {
        note('bypassed')
        return resolver.resolve(request, signal)
      }
      const key = questionKey(resolver.type, { ...request, params: withoutMode(request) })
      const entry = entries.get(key)
      const usable =
        entry !== undefined &&
        (await readsTheSame(entry.readings, request.secrets)) &&
        (await stillHolds(entry, request, signal))
      note(usable ? 'hit' : 'miss')
      if (!usable) return ask(key, request, signal)
      if (entry.outcome instanceof ResolutionError) throw entry.outcome
      return noted(entry.outcome, resolver.type, 'retrieve', entry.storedAt)
    },
  }
}

/** How the cache is used is no part of the question. */
function withoutMode({ params }: ResolverRequest): ResolverRequest['params'] {
  return new Map([...params].filter(([name]) => name !== 'cache'))
}
