// Trying again what may pass: with backoff, as long as the registry asks for, until the deadline.

import { repeating } from '../runtime/repeat.ts'
import { RegistryError } from './error.ts'

export interface RetryOptions {
  /** How often to try again after the first time. */
  readonly retries: number
  /** The first pause in milliseconds; each later one is twice as long, with jitter. */
  readonly pause: number
}

const MAX_PAUSE = 5_000
/** A registry that asks for a longer pause gets no second try from us: the Broker has the longer patience. */
const MAX_RETRY_AFTER = 10_000

/**
 * Repeats an operation while it fails as `unavailable`; honours Retry-After (RFC 9110, section 10.2.3). Once the signal is
 * aborted, the last failure is thrown: it names the registry.
 */
export async function retrying<T>(
  operation: () => Promise<T>,
  { retries, pause }: RetryOptions,
  signal?: AbortSignal,
): Promise<T> {
  let last: unknown
  const attempt = () =>
    operation().catch(error => {
      last = error
      throw error
    })
  try {
    return await repeating(attempt, {
      retries,
      pause,
      longest: MAX_PAUSE,
      mayPass: isWorthRepeating,
      askedPause: retryAfterOf,
      signal,
    })
  } catch (error) {
    if (error instanceof RegistryError || signal?.aborted !== true) throw error
    if (last instanceof RegistryError) throw last
    throw new RegistryError('unavailable', 'gave up: the deadline passed while the registry did not answer', {
      cause: error,
    })
  }
}

/** The pause that an answer asks for, in milliseconds. A date counts from the answer's own Date, so that no clock of ours matters. */
export function readRetryAfter(headers: Headers): number | undefined {
  const value = headers.get('retry-after')
  if (value === null) return undefined
  const pause = /^\d+$/.test(value)
    ? Number(value) * 1000
    : Date.parse(value) - Date.parse(headers.get('date') ?? '')
  return Number.isFinite(pause) ? Math.max(0, pause) : undefined
}

function retryAfterOf(error: Error): number {
  return error instanceof RegistryError ? (error.retryAfter ?? 0) : 0
}

function isWorthRepeating(error: Error): boolean {
  return (
    error instanceof RegistryError && error.reason === 'unavailable' && retryAfterOf(error) <= MAX_RETRY_AFTER
  )
}
