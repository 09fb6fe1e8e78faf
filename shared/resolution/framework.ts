// A resolver with all that the framework owns around it.

import type { Clock } from '../runtime/clock.ts'
import { withCache } from './cache.ts'
import { withCoalescing } from './coalescing.ts'
import { withGate } from './gate.ts'
import type { Note } from './meter.ts'
import type { Resolver } from './resolver.ts'
import { withRetries } from './retries.ts'
import { withTimeout } from './timeout.ts'

export interface FrameworkOptions {
  readonly clock: Clock
  readonly note: Note
  /** Milliseconds for one request, where `fetch-timeout` does not say. */
  readonly timeout: number
}

/** One answer at a time per question, kept while it holds, checked before it is kept, fetched again where that may help. */
export function withFramework(resolver: Resolver, { clock, note, timeout }: FrameworkOptions): Resolver {
  const kept = withCache(withGate(withRetries(resolver)), { clock, note })
  return withTimeout(withCoalescing(kept, note), timeout)
}
