// Why a request could not be answered: the reason for its condition, and whether trying again may help.

/**
 * Reasons of the condition `Succeeded`; Tekton's own are ResolutionFailed and ResolutionTimedOut
 * (https://github.com/tektoncd/pipeline/blob/main/pkg/resolution/common/errors.go).
 */
export type ResolutionReason = 'ResolutionFailed' | 'ResolutionTimedOut'

export interface ResolutionErrorOptions extends ErrorOptions {
  readonly reason?: ResolutionReason
  /** It may pass: 429, 5xx, no answer. The framework tries again, with backoff, within the request's time. */
  readonly mayPass?: boolean
  /** Milliseconds that the server asked us to wait. */
  readonly retryAfter?: number | undefined
}

/** A request that was never going to be answered: what is wrong is in it, and nobody was asked. */
export class InvalidRequest extends Error {
  override readonly name = 'InvalidRequest'
}

/** The one error that a resolver throws; its message reaches the user as it is, so it never holds a credential. */
export class ResolutionError extends Error {
  override readonly name = 'ResolutionError'
  readonly reason: ResolutionReason
  readonly mayPass: boolean
  readonly retryAfter: number | undefined

  constructor(message: string, options: ResolutionErrorOptions = {}) {
    super(message, options)
    this.reason = options.reason ?? 'ResolutionFailed'
    this.mayPass = options.mayPass ?? false
    this.retryAfter = options.retryAfter
  }
}
