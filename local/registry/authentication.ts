// Who may use the local registry: nobody without the one login, by Basic or by a Bearer token from `/token`.

import { randomUUID } from 'node:crypto'
import { replyError, replyJson } from './reply.ts'

export interface Authentication {
  readonly username: string
  readonly password: string
  /** Default `basic`. */
  readonly scheme?: 'basic' | 'bearer'
  /** Seconds that a token lives; default 60. */
  readonly lifetime?: number
}

/** Answers instead of the registry: a refusal, a token, or undefined where the request may pass. */
export type Guard = (request: Request) => Response | undefined

const TOKEN_PATH = '/token'

/** Guards `/v2/` (https://distribution.github.io/distribution/spec/auth/token/). A token is good for the scope it was issued for. */
export function createGuard(authentication: Authentication | undefined): Guard {
  if (authentication === undefined) return () => undefined
  const { username, password, scheme = 'basic', lifetime = 60 } = authentication
  const login = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  const tokens = new Map<string, string>()

  return request => {
    const url = new URL(request.url)
    const authorization = request.headers.get('authorization') ?? ''
    if (scheme === 'basic') {
      const challenge = { 'www-authenticate': 'Basic realm="local"' }
      return authorization === login ? undefined : replyError('UNAUTHORIZED', challenge)
    }
    if (url.pathname === TOKEN_PATH) return issue(url, authorization)
    const scope = scopeOf(request.method, url.pathname)
    const granted = tokens.get(authorization)
    if (granted !== undefined && (scope === undefined || covers(granted, scope))) return undefined
    const wanted = scope === undefined ? '' : `,scope="${scope}"`
    const challenge = `Bearer realm="${url.origin}${TOKEN_PATH}",service="local"${wanted}`
    return replyError('UNAUTHORIZED', { 'www-authenticate': challenge })
  }

  function issue(url: URL, authorization: string): Response {
    if (authorization !== login) return replyError('UNAUTHORIZED')
    const token = randomUUID()
    tokens.set(`Bearer ${token}`, url.searchParams.get('scope') ?? '')
    return replyJson({ token, expires_in: lifetime })
  }
}

function scopeOf(method: string, path: string): string | undefined {
  const repository = /^\/v2\/(.+)\/(?:blobs|manifests|tags|referrers)\//.exec(path)?.[1]
  const actions = method === 'GET' || method === 'HEAD' ? 'pull' : 'pull,push'
  return repository && `repository:${repository}:${actions}`
}

function covers(granted: string, wanted: string): boolean {
  return granted === wanted || granted === `${wanted},push`
}
