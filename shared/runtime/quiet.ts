// Puts work off until a burst is over.

export interface Quiet {
  /** Runs `begin` once nothing was asked for a while, or has been put off for long enough. */
  readonly put: (begin: () => void) => void
  /** Runs everything that was put off. */
  readonly now: () => void
}

/** Times in milliseconds: how long nothing must be asked, and for how long at most anything is put off. */
export function createQuiet(quietMs: number, longestMs: number): Quiet {
  let waiting: (() => void)[] = []
  let quiet: NodeJS.Timeout | undefined
  let longest: NodeJS.Timeout | undefined

  function now(): void {
    clearTimeout(quiet)
    clearTimeout(longest)
    longest = undefined
    const all = waiting
    waiting = []
    for (const begin of all) begin()
  }

  return {
    now,
    put(begin) {
      waiting.push(begin)
      clearTimeout(quiet)
      quiet = setTimeout(now, quietMs)
      longest ??= setTimeout(now, longestMs)
    },
  }
}
