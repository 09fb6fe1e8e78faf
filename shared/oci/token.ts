// Exchanging credentials for a bearer token at the token server that a registry names.

import { isPrivateAddress } from './address.ts'
import type { Challenge } from './challenge.ts'
import type { Credentials } from './credentials.ts'
import { IDENTITY_TOKEN } from './credentials.ts'
import { RegistryError, reasonOf } from './error.ts'
import type { Answer, Exchange, Exchanger } from './exchange.ts'

export interface Token {
  readonly value: string
  /** Seconds. */
  readonly lifetime: number
}

export interface TokenRequest {
  readonly challenge: Challenge
  /** The registry's own URL, whose host may be its own token server. */
  readonly registry: URL
  readonly scope: string
  readonly credentials: Credentials | undefined
  readonly signal: AbortSignal | undefined
}

const MAX_TOKEN_BODY = 64 * 1024
/** What a token server means that does not say (https://distribution.github.io/distribution/spec/auth/token/#token-response-fields). */
const DEFAULT_LIFETIME = 60

/**
 * Asks for a token (https://distribution.github.io/distribution/spec/auth/token/), with a refresh token where that is what we have
 * (https://distribution.github.io/distribution/spec/auth/oauth/). Undefined: refused.
 */
export async function fetchToken(exchange: Exchanger, request: TokenRequest): Promise<Token | undefined> {
  const answer = await exchange(compose(request, checkRealm(request)))
  if (answer.status === 200) return readToken(answer)
  const reason = reasonOf(answer.status)
  if (reason !== 'unavailable') return undefined
  const message = `the token server ${answer.url.host} answered ${answer.status}: try again later`
  throw new RegistryError(reason, message, { status: answer.status })
}

function compose({ challenge, scope, credentials, signal }: TokenRequest, realm: URL): Exchange {
  const { service = '' } = challenge.parameters
  const common = { limit: MAX_TOKEN_BODY, signal }
  if (credentials?.username === IDENTITY_TOKEN) {
    const form = { grant_type: 'refresh_token', refresh_token: credentials.password, service, scope }
    const body = new URLSearchParams({ ...form, client_id: 'playbook-functions' }).toString()
    return {
      ...common,
      url: realm,
      method: 'POST',
      body,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    }
  }
  const url = new URL(realm)
  if (service !== '') url.searchParams.set('service', service)
  url.searchParams.set('scope', scope)
  const headers = credentials === undefined ? {} : { authorization: basic(credentials) }
  return { ...common, url, method: 'GET', headers }
}

/** The registry chooses this URL, so it must not lead us, or our password, into the private network or out of TLS. */
function checkRealm({ challenge, registry }: TokenRequest): URL {
  const realm = challenge.parameters.realm ?? ''
  const url = URL.canParse(realm) ? new URL(realm) : undefined
  if (url?.protocol !== 'https:' && !(url?.protocol === 'http:' && registry.protocol === 'http:')) {
    throw new RegistryError('invalid', `${registry.host} names a token server that is not an https URL`)
  }
  if (url.host !== registry.host && isPrivateAddress(url.host)) {
    throw new RegistryError('invalid', `${registry.host} names a token server at a private address`)
  }
  return url
}

function readToken({ bytes, url }: Answer): Token {
  const body = parseJson(bytes)
  const value = body?.token ?? body?.access_token
  // A token with other characters would make fetch throw an error that quotes it.
  if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value)) {
    throw new RegistryError('invalid', `the token server ${url.host} answered without a token`)
  }
  const lifetime = typeof body?.expires_in === 'number' ? body.expires_in : DEFAULT_LIFETIME
  return { value, lifetime }
}

function parseJson(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'))
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}

/** The value of a Basic Authorization header (RFC 7617). */
export function basic({ username, password }: Credentials): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}
