// Work that goes on after the acknowledgement: bounded, one at a time per key, and awaited on shutdown.

import pLimit from 'p-limit'
import { Fault } from './fault.ts'
import type { Log } from './log.ts'
import { createQuiet } from './quiet.ts'

export interface Background {
  /**
   * Runs the work and waits for it, but not for long: answers its result when it is done within the patience, or
   * `later` when it goes on behind. Work under a key that is already under way is not started a second time.
   */
  readonly run: <T>(
    key: string,
    work: () => Promise<T>,
    afterwards: (result: T) => Promise<void>,
  ) => Promise<T | 'later'>
  /** Begins the work and waits for nothing: for senders that are many and in line. Its errors are logged. */
  readonly start: (key: string, work: () => Promise<unknown>) => void
  /** Begins the work when none has been put off for a while, so not in the middle of a burst; as `start` otherwise. */
  readonly putOff: (key: string, work: () => Promise<unknown>) => void
  /** Begins what was put off, and resolves when nothing is left under way. */
  readonly idle: () => Promise<void>
}

export interface BackgroundOptions {
  readonly concurrency: number
  readonly waiting: number
  readonly patienceMs: number
  readonly log: Log
}

/** How long nothing more must come until a burst is over, and how long anything is put off at most. */
const QUIET_MS = 1_000
const LONGEST_MS = 5_000

/** A semaphore over background work, with a bound on how much may wait; beyond it the sender is told to come back. */
export function createBackground({ concurrency, waiting, patienceMs, log }: BackgroundOptions): Background {
  const limit = pLimit(concurrency)
  const underWay = new Map<string, Promise<unknown>>()

  function refuseWhenFull(): void {
    if (limit.pendingCount >= waiting)
      throw new Fault('unavailable', `${waiting} pieces of work are waiting already; send it again later.`)
  }

  function start(key: string, work: () => Promise<unknown>): void {
    if (underWay.has(key)) return
    refuseWhenFull()
    const whole = limit(work)
      .catch(error => log.error({ key, error: String(error) }, 'background work failed'))
      .finally(() => underWay.delete(key))
    underWay.set(key, whole)
  }

  async function run<T>(
    key: string,
    work: () => Promise<T>,
    afterwards: (result: T) => Promise<void>,
  ): Promise<T | 'later'> {
    if (underWay.has(key)) return 'later'
    refuseWhenFull()
    let isLate = false
    const started = limit(work)
    const whole = started
      .then(result => (isLate ? afterwards(result) : undefined))
      .catch(error => {
        if (isLate) log.error({ key, error: String(error) }, 'background work failed')
      })
      .finally(() => underWay.delete(key))
    underWay.set(key, whole)
    const patience = Promise.withResolvers<'later'>()
    const timer = setTimeout(() => {
      isLate = true
      patience.resolve('later')
    }, patienceMs)
    return Promise.race([started, patience.promise]).finally(() => clearTimeout(timer))
  }

  const whenQuiet = createQuiet(QUIET_MS, LONGEST_MS)

  async function idle(): Promise<void> {
    whenQuiet.now()
    while (underWay.size > 0) await Promise.allSettled(underWay.values())
  }

  function putOff(key: string, work: () => Promise<unknown>): void {
    whenQuiet.put(() => {
      try {
        start(key, work)
      } catch (error) {
        log.error({ key, error: String(error) }, 'background work failed')
      }
    })
  }

  return { run, start, putOff, idle }
}
