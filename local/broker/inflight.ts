// Counting what is under way, so that a test can wait until nothing is.

export interface InFlight {
  /** Runs a task and counts it until it settles. */
  readonly track: <T>(task: () => Promise<T>) => Promise<T>
  /** Resolves when nothing is under way. */
  readonly idle: () => Promise<void>
}

export function countInFlight(): InFlight {
  let running = 0
  let waiting: (() => void)[] = []
  const settle = () => {
    running -= 1
    if (running > 0) return
    const resolved = waiting
    waiting = []
    for (const resolve of resolved) resolve()
  }
  return {
    track: async task => {
      running += 1
      try {
        return await task()
      } finally {
        settle()
      }
    },
    idle: async () => {
      // A settled task may start another one in the same turn, so only a turn that ends with nothing running counts.
      while (running > 0) await new Promise<void>(resolve => waiting.push(resolve))
    },
  }
}
