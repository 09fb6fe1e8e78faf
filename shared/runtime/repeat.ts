// Trying again what may pass: with backoff, as long as the other side asks for, until the signal is aborted.

import { setTimeout as wait } from 'node:timers/promises'
import pRetry from 'p-retry'
import { LONGEST_TIMER_MS } from './duration.ts'

export interface RepeatOptions {
  /** How often to try again after the first time. */
  readonly retries: number
  /** The first pause in milliseconds; each later one is `factor` (2) times as long, with jitter, up to `longest`. */
  readonly pause: number
  readonly factor?: number
  readonly longest: number
  /** Whether the same again may go well. */
  readonly mayPass: (error: Error) => boolean
  /** Milliseconds that the other side asked us to wait; 0 where it did not. */
  readonly askedPause: (error: Error) => number
  readonly signal?: AbortSignal | undefined
}

/** Repeats an operation while its error may pass; throws the last one, or the signal's reason. */
export function repeating<T>(operation: () => Promise<T>, options: RepeatOptions): Promise<T> {
  const { retries, pause, factor = 2, longest, mayPass, askedPause, signal } = options
  return pRetry(operation, {
    retries,
    minTimeout: Math.min(pause, longest, LONGEST_TIMER_MS),
    maxTimeout: Math.min(longest, LONGEST_TIMER_MS),
    factor,
    randomize: true,
    signal,
    shouldRetry: ({ error }) => mayPass(error),
    onFailedAttempt: async ({ error, retryDelay, retriesLeft }) => {
      const longer = askedPause(error) - retryDelay
      if (retriesLeft > 0 && longer > 0 && mayPass(error))
        await wait(Math.min(longer, LONGEST_TIMER_MS), undefined, { signal })
    },
  })
}
