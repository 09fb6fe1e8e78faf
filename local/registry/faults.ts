// Trouble on request: a registry that is gone, overloaded or silent.

/**
 * - `down`: every connection is cut.
 * - `{status}`: every answer has this status, and asks for `retryAfter` seconds where given.
 * - `stall`: nothing is answered until the fault is lifted.
 */
export type Fault = 'none' | 'down' | 'stall' | FaultyStatus

interface FaultyStatus {
  readonly status: number
  readonly retryAfter?: number
  /** How many answers fail before it works again; default all. */
  readonly times?: number
}

export interface Faults {
  set(fault: Fault): void
  /** What to do with the next request: serve it, cut it, or answer this. Waits while the registry stalls. */
  next(): Promise<'serve' | 'cut' | Response>
}

/** A switch that the server asks before each request. */
export function createFaults(initial: Fault = 'none'): Faults {
  let fault = initial
  let left = timesOf(initial)
  let lifted = Promise.withResolvers<void>()
  return {
    set(next) {
      fault = next
      left = timesOf(next)
      lifted.resolve()
      lifted = Promise.withResolvers()
    },

    async next() {
      while (fault === 'stall') await lifted.promise
      if (fault === 'none' || left <= 0) return 'serve'
      if (fault === 'down') return 'cut'
      left -= 1
      const { status, retryAfter } = fault
      return new Response(null, {
        status,
        headers: retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) },
      })
    },
  }
}

function timesOf(fault: Fault): number {
  return typeof fault === 'object' ? (fault.times ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY
}
