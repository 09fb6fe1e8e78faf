// The same question asked by many at once is fetched once; nobody's cancellation takes it from the others.

import { questionKey } from './key.ts'
import type { Note } from './meter.ts'
import type { Resolved, Resolver } from './resolver.ts'

interface Flight {
  readonly answer: Promise<Resolved>
  readonly abort: AbortController
  waiting: number
}

/** Joins a fetch that is under way. It is aborted when the last who waits for it has gone. */
export function withCoalescing(resolver: Resolver, note: Note): Resolver {
  const underWay = new Map<string, Flight>()

  function takeOff(key: string, start: (signal: AbortSignal) => Promise<Resolved>): Flight {
    const abort = new AbortController()
    const answer = start(abort.signal)
    const flight: Flight = { answer, abort, waiting: 0 }
    underWay.set(key, flight)
    // Who waits sees how it ends; when all have gone, nobody does.
    answer.catch(() => undefined).finally(() => forget(key, flight))
    return flight
  }

  function forget(key: string, flight: Flight): void {
    if (underWay.get(key) === flight) underWay.delete(key)
  }

  function leave(key: string, flight: Flight): void {
    flight.waiting -= 1
    if (flight.waiting > 0) return
    // Nobody may join what is about to end.
    forget(key, flight)
    flight.abort.abort()
  }

  return {
    ...resolver,
    async resolve(request, signal) {
      signal.throwIfAborted()
      const key = questionKey(resolver.type, request)
      const joined = underWay.get(key)
      if (joined !== undefined) note('joined')
      const flight = joined ?? takeOff(key, own => resolver.resolve(request, own))
      flight.waiting += 1
      const gone = Promise.withResolvers<never>()
      const goAway = (): void => gone.reject(signal.reason)
      signal.addEventListener('abort', goAway, { once: true })
      try {
        return await Promise.race([flight.answer, gone.promise])
      } finally {
        signal.removeEventListener('abort', goAway)
        leave(key, flight)
      }
    },
  }
}
