// A file behind an HTTP URL (https://tekton.dev/docs/pipelines/http-resolver/), with Tekton's messages.

import { createHash } from 'node:crypto'
import { MAX_OBJECT } from '../../bundle/layer.ts'
import { createAsk, parseHttpUrl, textOf } from '../ask.ts'
import { ResolutionError } from '../error.ts'
import { type Params, textParam } from '../params.ts'
import type { Resolved, Resolver, ResolverRequest, SecretKey, Secrets } from '../resolver.ts'
import { checkDigest, type ExpectedDigest, parseExpectedDigest } from './digest.ts'

interface Wanted {
  readonly url: URL
  /** As it was given: provenance shows it so. */
  readonly given: string
  readonly digest: ExpectedDigest | undefined
  readonly login: { readonly username: string; readonly password: SecretKey } | undefined
}

const USERNAME = 'http-username'
const SECRET = 'http-password-secret'

function urlOf(given: string): URL {
  if (!URL.canParse(given)) throw new ResolutionError(`cannot parse url ${given}: it is no absolute URL`)
  const url = parseHttpUrl(given)
  if (url !== undefined) return url
  const { protocol, username, password } = new URL(given)
  // The text is not quoted: it holds a password.
  if (username !== '' || password !== '')
    throw new ResolutionError(`the url must not hold a login: use ${USERNAME} and ${SECRET}`)
  throw new ResolutionError(`url ${given} is not a valid http(s) url: its scheme is ${protocol}`)
}

function loginOf(params: Params): Wanted['login'] {
  for (const [here, other] of [
    [USERNAME, SECRET],
    [SECRET, USERNAME],
  ] as const) {
    if (params.has(here) && !params.has(other))
      throw new ResolutionError(`missing required param ${other} when using ${here}`)
    if (params.get(here) === '') throw new ResolutionError(`value ${here} cannot be empty`)
  }
  const username = textParam(params, USERNAME)
  const name = textParam(params, SECRET)
  if (username === undefined || name === undefined) return undefined
  if (username.includes(':')) throw new ResolutionError(`value ${USERNAME} cannot hold a colon (RFC 7617)`)
  return { username, password: { name, key: textParam(params, `${SECRET}-key`) ?? 'password' } }
}

function wantedOf(params: Params): Wanted {
  const given = textParam(params, 'url')
  if (given === undefined) throw new ResolutionError('missing required http resolver params: url')
  const digest = textParam(params, 'digest')
  return {
    url: urlOf(given),
    given,
    digest: digest === undefined ? undefined : parseExpectedDigest(digest),
    login: loginOf(params),
  }
}

async function authorization(login: Wanted['login'], secrets: Secrets): Promise<Record<string, string>> {
  if (login === undefined) return {}
  const password = await secrets.read(login.password)
  return { authorization: `Basic ${Buffer.from(`${login.username}:${password}`).toString('base64')}` }
}

export function createHttpResolver({ fetch }: { readonly fetch: typeof globalThis.fetch }): Resolver {
  const ask = createAsk(fetch)

  async function questionOf({ url, login }: Wanted, { secrets }: ResolverRequest, etag?: string) {
    const headers = await authorization(login, secrets)
    return { url, limit: MAX_OBJECT, headers: { ...headers, ...(etag && { 'if-none-match': etag }) } }
  }

  /** An entity tag vouches for what it came with (RFC 9110, section 13.1.2); without one nothing is kept. */
  function holdsOf(wanted: Wanted, etag: string | null): Resolved['holds'] {
    if (wanted.digest !== undefined) return 'forever'
    if (etag === null) return undefined
    return async (request, signal) => {
      const question = await questionOf(wanted, request, etag)
      return (await ask({ ...question, signal })).status === 304
    }
  }

  return {
    type: 'http',
    validate(params) {
      wantedOf(params)
    },
    async resolve(request, signal) {
      const wanted = wantedOf(request.params)
      const response = await ask({ ...(await questionOf(wanted, request)), signal })
      if (response.status !== 200)
        throw new ResolutionError(
          `requested URL '${wanted.given}' is not found: it answered ${response.status}`,
        )
      if (wanted.digest !== undefined) checkDigest(response.bytes, wanted.digest)
      const holds = holdsOf(wanted, response.headers.get('etag'))
      const sha256 = createHash('sha256').update(response.bytes).digest('hex')
      return {
        data: textOf(response),
        annotations: {},
        refSource: { uri: wanted.given, digest: { sha256 } },
        ...(holds !== undefined && { holds }),
      }
    },
  }
}
