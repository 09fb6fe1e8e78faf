// What goes wrong between us and a registry, in words that say what to do and never hold a credential.

/**
 * - `notFound`: the registry answers, and has no such repository, manifest or blob.
 * - `unauthorized`: it wants other credentials, or none of ours may read (or write) there.
 * - `invalid`: what it sent breaks the specification or its own digest; trying again does not help.
 * - `tooLarge`: more bytes than we take.
 * - `unavailable`: no answer, not in time, or 408, 429, 5xx; worth trying again.
 */
export type RegistryReason = 'notFound' | 'unauthorized' | 'invalid' | 'tooLarge' | 'unavailable'

/** Whose answer it was. */
export interface Repository {
  readonly registry: string
  readonly repository: string
}

export interface RegistryErrorDetails extends ErrorOptions {
  readonly status?: number
  /** Milliseconds that the registry asked us to wait. */
  readonly retryAfter?: number
}

/** A registry's refusal or silence. `status` is the HTTP status where there was one. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError'
  readonly reason: RegistryReason
  readonly status?: number
  readonly retryAfter?: number

  constructor(reason: RegistryReason, message: string, details: RegistryErrorDetails = {}) {
    super(message, details)
    this.reason = reason
    if (details.status !== undefined) this.status = details.status
    if (details.retryAfter !== undefined) this.retryAfter = details.retryAfter
  }
}

/** What an HTTP status means (OCI distribution 1.1, https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes). */
export function reasonOf(status: number): RegistryReason {
  if (status === 404) return 'notFound'
  if (status === 401 || status === 403) return 'unauthorized'
  if (status === 413) return 'tooLarge'
  if (status === 408 || status === 429 || status >= 500) return 'unavailable'
  return 'invalid'
}

const ADVICE: Readonly<Record<RegistryReason, (at: Repository) => string>> = {
  notFound: () => 'check the name, the tag or digest, and that it was pushed',
  unauthorized: at => `give a pull secret for ${at.registry} that may use ${at.repository}`,
  invalid: () =>
    'the registry does not accept the request or does not follow the OCI distribution specification',
  tooLarge: () => 'make it smaller',
  unavailable: () => 'try again later; if it stays, check the registry and the network to it',
}

/** The sentence for a refused request: who, what, which code, what to do. The registry's own text is left out: it may echo a token. */
export function refusal(at: Repository, what: string, answer: { status: number; code?: string }): string {
  const code = answer.code === undefined ? '' : ` ${answer.code}`
  const advice = ADVICE[reasonOf(answer.status)](at)
  return `${at.registry} answered ${answer.status}${code} for ${what} of ${at.repository}: ${advice}`
}
