// Answering a registry's 401 once, and remembering the answer until it expires.

import type { Challenge } from './challenge.ts'
import { readChallenge } from './challenge.ts'
import type { CredentialStore } from './credentials.ts'
import type { Repository } from './error.ts'
import type { Answer, Exchange, Exchanger } from './exchange.ts'
import { basic, fetchToken } from './token.ts'

export interface Access extends Repository {
  readonly actions: 'pull' | 'pull,push'
}

export interface AuthorizationOptions {
  readonly credentials: CredentialStore
  /** Milliseconds that only ever grow. */
  readonly clock: () => number
}

export type AuthorizedExchanger = (exchange: Exchange, access: Access) => Promise<Answer>

interface Grant {
  readonly header: string
  readonly expires: number
}

const MAX_GRANTS = 1_000
/** A token is dropped a little early, so that it does not expire on its way. */
const USABLE_PART = 0.9

/**
 * Wraps an exchanger: asks without credentials first, answers Basic and Bearer challenges (OCI distribution 1.1 leaves them to
 * RFC 9110, section 11), and sends an Authorization header to no other host than the registry.
 */
export function withAuthorization(exchange: Exchanger, options: AuthorizationOptions): AuthorizedExchanger {
  const grants = new Map<string, Grant>()
  return async (request, access) => {
    const registry = new URL(`${request.url.protocol}//${access.registry}`)
    if (request.url.host !== registry.host) return exchange(request)
    const key = `${registry.origin}/${access.repository}:${access.actions}`
    const known = grants.get(key)
    const usable = known !== undefined && known.expires > options.clock()
    const first = await exchange(usable ? authorize(request, known) : request)
    // After a redirect the challenge is another host's: answering it would hand over the registry's credentials.
    if (first.status !== 401 || first.url.origin !== registry.origin) return first
    grants.delete(key)
    const challenge = readChallenge(first.headers.get('www-authenticate'))
    if (challenge === undefined) return first
    const grant = await obtainGrant({ exchange, options, request, access, registry }, challenge)
    if (grant === undefined) return first
    remember(grants, key, grant)
    return exchange(authorize(request, grant))
  }
}

interface Refused {
  readonly exchange: Exchanger
  readonly options: AuthorizationOptions
  readonly request: Exchange
  readonly access: Access
  /** The registry's own URL. */
  readonly registry: URL
}

/** Undefined: we have nothing that would help. */
async function obtainGrant(refused: Refused, challenge: Challenge): Promise<Grant | undefined> {
  const { exchange, options, access, registry } = refused
  const credentials = await options.credentials({ registry: access.registry, repository: access.repository })
  if (challenge.scheme === 'basic') {
    return credentials && { header: basic(credentials), expires: Number.POSITIVE_INFINITY }
  }
  const scope = challenge.parameters.scope ?? `repository:${access.repository}:${access.actions}`
  const { signal } = refused.request
  const token = await fetchToken(exchange, { challenge, registry, scope, credentials, signal })
  const expires = options.clock() + (token?.lifetime ?? 0) * 1000 * USABLE_PART
  return token && { header: `Bearer ${token.value}`, expires }
}

function authorize(request: Exchange, { header }: Grant): Exchange {
  return { ...request, headers: { ...request.headers, authorization: header } }
}

function remember(grants: Map<string, Grant>, key: string, grant: Grant): void {
  const oldest = grants.keys().next()
  if (grants.size >= MAX_GRANTS && oldest.done !== true) grants.delete(oldest.value)
  grants.set(key, grant)
}
