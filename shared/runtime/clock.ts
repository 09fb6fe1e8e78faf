// Time as a dependency, so that a test owns it.

export interface Clock {
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** RFC 3339 in UTC with milliseconds. */
export function timestamp(clock: Clock): string {
  return new Date(clock.now()).toISOString()
}
