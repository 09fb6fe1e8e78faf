// What goes wrong, as one error with a kind; the HTTP status that a kind means to Knative is in one table.

/**
 * - `malformed`: not a CloudEvent, or data that fails its event schema.
 * - `impossible`: the cluster will never accept it (404 namespace, 400 webhook, 403, 422).
 * - `unavailable`: a dependency is down, busy or in conflict; the Broker should try again.
 * - `bug`: anything else.
 */
export type FaultKind = 'malformed' | 'impossible' | 'unavailable' | 'bug'

/** Knative retries 404, 408, 409, 429 and 5xx; other 4xx go to the dead letter (knative/specs eventing/data-plane.md). */
const STATUS: Readonly<Record<FaultKind, number>> = {
  malformed: 400,
  impossible: 422,
  unavailable: 503,
  bug: 500,
}

/** A breakdown, as opposed to a verdict: thrown, and turned into an HTTP status in one place. */
export class Fault extends Error {
  override readonly name = 'Fault'
  readonly kind: FaultKind

  constructor(kind: FaultKind, message: string, options?: ErrorOptions) {
    super(message, options)
    this.kind = kind
  }
}

/** The HTTP status that tells the Broker what to do about an error: retry, dead-letter, or wake a person. */
export function statusOf(error: unknown): number {
  return error instanceof Fault ? STATUS[error.kind] : STATUS.bug
}
