// The events that the Broker took, in order, and a way to wait for one.

import type { CloudEvent } from '../../shared/events/cloudevent.ts'

export interface EventStream {
  readonly push: (event: CloudEvent) => void
  /** Resolves with the first event, past or to come, that fits; rejects with the question when the time is over. */
  readonly waitFor: (what: string, fits: (event: CloudEvent) => boolean) => Promise<CloudEvent>
}

interface Waiter {
  readonly fits: (event: CloudEvent) => boolean
  readonly resolve: (event: CloudEvent) => void
}

const PATIENCE_MS = 30_000

export function createEventStream(): EventStream {
  const seen: CloudEvent[] = []
  const waiters = new Set<Waiter>()

  function waitFor(what: string, fits: (event: CloudEvent) => boolean): Promise<CloudEvent> {
    const past = seen.find(fits)
    if (past !== undefined) return Promise.resolve(past)
    const { promise, resolve, reject } = Promise.withResolvers<CloudEvent>()
    const waiter: Waiter = { fits, resolve }
    waiters.add(waiter)
    const timer = setTimeout(
      () => reject(new Error(`waited ${PATIENCE_MS / 1000} s in vain for ${what}`)),
      PATIENCE_MS,
    )
    return promise.finally(() => {
      clearTimeout(timer)
      waiters.delete(waiter)
    })
  }

  return {
    push(event) {
      seen.push(event)
      for (const waiter of waiters) if (waiter.fits(event)) waiter.resolve(event)
    },
    waitFor,
  }
}
