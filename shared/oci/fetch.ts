// Sending one call to a registry: scheme, authorization, and errors that say what to do.

import { allowsPlainHttp } from './address.ts'
import type { Access } from './authorization.ts'
import { withAuthorization } from './authorization.ts'
import type { CredentialStore } from './credentials.ts'
import { anonymous } from './credentials.ts'
import type { Repository } from './error.ts'
import { RegistryError, reasonOf, refusal } from './error.ts'
import type { Answer } from './exchange.ts'
import { createExchanger } from './exchange.ts'
import type { RetryOptions } from './retry.ts'
import { readRetryAfter, retrying } from './retry.ts'
import { createSchemeChooser } from './scheme.ts'

export interface TransportOptions {
  readonly fetch?: typeof globalThis.fetch
  readonly credentials?: CredentialStore
  /** Registries (host or host:port) that may be asked in plain HTTP although they are not local. */
  readonly insecure?: (registry: string) => boolean
  /** What is local; by default also private networks and `*.local`, as go-containerregistry has it. */
  readonly isLocal?: (registry: string) => boolean
  readonly retry?: RetryOptions
  /** Milliseconds for one exchange, body included. */
  readonly timeout?: number
  /** Milliseconds that only ever grow; tokens expire by it. */
  readonly clock?: () => number
}

export interface Call {
  readonly at: Repository
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT'
  /** Below `/v2/<repository>/`, or a whole URL that the registry gave. */
  readonly path: string | URL
  /** What is asked for, in an error's words: `manifest v1`. */
  readonly what: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array<ArrayBuffer>
  readonly limit?: number
  /** The statuses that are answers; others are thrown. */
  readonly expect: readonly number[]
  readonly actions?: Access['actions']
  readonly signal?: AbortSignal | undefined
}

export interface Transport {
  /** One call, repeated while the registry is unavailable. Throws RegistryError. */
  send(call: Call): Promise<Answer>
  /** One call, once. */
  sendOnce(call: Call): Promise<Answer>
  retry<T>(operation: () => Promise<T>, signal?: AbortSignal): Promise<T>
}

const DEFAULT_RETRY: RetryOptions = { retries: 3, pause: 200 }
const DEFAULT_TIMEOUT = 30_000
const DEFAULT_LIMIT = 64 * 1024

/** Builds the way to a registry. One transport per set of credentials: it remembers tokens. */
export function createTransport(options: TransportOptions = {}): Transport {
  const exchange = createExchanger(options.fetch ?? globalThis.fetch, options.timeout ?? DEFAULT_TIMEOUT)
  const { insecure = () => false, isLocal = allowsPlainHttp } = options
  const chooseScheme = createSchemeChooser(exchange, registry => isLocal(registry) || insecure(registry))
  const authorized = withAuthorization(exchange, {
    credentials: options.credentials ?? anonymous,
    clock: options.clock ?? (() => performance.now()),
  })
  const policy = options.retry ?? DEFAULT_RETRY
  return { send, sendOnce, retry }

  async function sendOnce(call: Call): Promise<Answer> {
    const { at, path, signal, actions = 'pull' } = call
    const base = `${await chooseScheme(at.registry, signal)}//${at.registry}/v2/${at.repository}/`
    const url = typeof path === 'string' ? new URL(path, base) : path
    const { method, headers = {}, body, limit = DEFAULT_LIMIT } = call
    const answer = await authorized({ url, method, headers, body, limit, signal }, { ...at, actions })
    if (call.expect.includes(answer.status)) return answer
    throw refused(call, answer)
  }

  function send(call: Call): Promise<Answer> {
    return retry(() => sendOnce(call), call.signal)
  }

  function retry<T>(operation: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    return retrying(operation, policy, signal)
  }
}

function refused({ at, what }: Call, { status, headers, bytes }: Answer): RegistryError {
  const code = /"code"\s*:\s*"([A-Z_]{3,40})"/.exec(Buffer.from(bytes).toString('utf8'))?.[1]
  const message = refusal(at, what, { status, ...(code !== undefined && { code }) })
  const retryAfter = readRetryAfter(headers)
  return new RegistryError(reasonOf(status), message, {
    status,
    ...(retryAfter !== undefined && { retryAfter }),
  })
}
