// Time as a dependency, so that a test owns it.

export interface Clock {
  /** Milliseconds since the epoch. */
  readonly now: () => number
}
