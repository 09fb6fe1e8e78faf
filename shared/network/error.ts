// What goes wrong on the way to a server that a user named, in words that say what to do.

/**
 * - `refused`: our own rules forbid the address; nothing was sent.
 * - `invalid`: what came back breaks a rule; trying again does not help.
 * - `tooLarge`: more bytes than we take.
 * - `unavailable`: no answer, or not in time; worth trying again.
 */
export type NetworkReason = 'refused' | 'invalid' | 'tooLarge' | 'unavailable'

export class NetworkError extends Error {
  override readonly name = 'NetworkError'
  readonly reason: NetworkReason

  constructor(reason: NetworkReason, message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}

/** The NetworkError among an error and its causes: `fetch` wraps what a connection throws. */
export function networkErrorIn(error: unknown): NetworkError | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (cause instanceof NetworkError) return cause
  return undefined
}
