// The cases of Tekton's own test (pkg/resolution/resolver/http), and what keeps a user's URL from doing harm.

import { createHash } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import { createNetwork } from '../../../../shared/network/fetch.ts'
import { createHttpResolver } from '../../../../shared/resolution/http/resolver.ts'
import { closeAll, serve } from '../../network/servers.ts'
import { type Asked, ask, requestOf, TASK } from '../requests.ts'

afterEach(closeAll)

const resolver = createHttpResolver(createNetwork({ environment: { ALLOWED_ADDRESSES: '127.0.0.1' } }))
const hashed = (algorithm: string, text = TASK) => createHash(algorithm).update(text).digest('hex')

async function fetched(handler: RequestListener, params: Record<string, string> = {}, asked: Asked = {}) {
  const { url } = await serve(handler)
  return ask(resolver, { url: `${url}/task.yaml`, ...params }, asked)
}

const giving =
  (text: string, headers: Record<string, string> = {}): RequestListener =>
  (_, response) =>
    response.writeHead(200, headers).end(text)

describe('parameters that are refused', () => {
  const login = { 'http-username': 'me', 'http-password-secret': 'login' }
  test.each<[Record<string, string>, string]>([
    [{}, 'missing required http resolver params: url'],
    [{ url: '' }, 'missing required http resolver params: url'],
    [{ url: 'file.yaml' }, 'cannot parse url file.yaml'],
    [{ url: 'file:///etc/passwd' }, 'url file:///etc/passwd is not a valid http(s) url'],
    [{ url: 'git://example.com/x' }, 'is not a valid http(s) url'],
    [{ url: 'https://me:secret@example.com/x' }, 'the url must not hold a login'],
    [{ 'http-username': 'me' }, 'missing required param http-password-secret when using http-username'],
    [
      { 'http-password-secret': 'login' },
      'missing required param http-username when using http-password-secret',
    ],
    [{ ...login, 'http-username': '' }, 'value http-username cannot be empty'],
    [{ ...login, 'http-password-secret': '' }, 'value http-password-secret cannot be empty'],
    [{ ...login, 'http-username': 'a:b' }, 'value http-username cannot hold a colon'],
    [{ digest: 'abc' }, 'error validating digest: invalid digest format: abc'],
    [{ digest: 'md5:abc' }, 'error validating digest: invalid digest algorithm: md5'],
    [{ digest: 'sha256:abc' }, 'invalid sha256 digest value, expected length: 64, got: 3'],
    [{ digest: `sha512:${hashed('sha256')}` }, 'invalid sha512 digest value, expected length: 128, got: 64'],
    [{ digest: `sha256:${'g'.repeat(64)}` }, 'error decoding expected SHA string'],
  ])('%j', (params, message) => {
    const url = Object.keys(params).length === 0 || 'url' in params ? {} : { url: 'https://example.com/x' }
    expect(() => resolver.validate(requestOf({ ...url, ...params }).params, {})).toThrow(message)
  })

  test('a login in the url is not repeated', () => {
    const { params } = requestOf({ url: 'https://me:secret@example.com/x' })
    expect(() => resolver.validate(params, {})).not.toThrow(/secret@/)
  })
})

describe('a file that is served', () => {
  test('is the answer, with its URL and digest as its source', async () => {
    const { url } = await serve(giving(TASK))
    expect(await ask(resolver, { url: `${url}/task.yaml?a=b` })).toEqual({
      data: TASK,
      annotations: {},
      refSource: { uri: `${url}/task.yaml?a=b`, digest: { sha256: hashed('sha256') } },
    })
  })

  test.each(['sha256', 'sha512'])('may be pinned by %s, and is then kept for ever', async algorithm => {
    const digest = `${algorithm}:${hashed(algorithm).toUpperCase()}`
    expect(await fetched(giving(TASK), { digest })).toMatchObject({ data: TASK, holds: 'forever' })
    await expect(fetched(giving(`${TASK}#`), { digest })).rejects.toThrow(
      `error validating digest: sha mismatch, expected ${hashed(algorithm)}, got ${hashed(algorithm, `${TASK}#`)}`,
    )
  })

  test('with an entity tag holds until the tag changes', async () => {
    let etag = '"1"'
    const { url } = await serve((request, response) => {
      const unchanged = request.headers['if-none-match'] === etag
      response.writeHead(unchanged ? 304 : 200, { etag }).end(unchanged ? '' : TASK)
    })
    const { holds } = await ask(resolver, { url })
    if (typeof holds !== 'function') throw new Error('it should hold while the server says so')
    const still = () => holds(requestOf({ url }), new AbortController().signal)
    expect(await still()).toBe(true)
    etag = '"2"'
    expect(await still()).toBe(false)
  })

  test("behind a login gets it from the secret in the request's namespace", async () => {
    const asked = { secrets: { 'team-a/login/password': 'p', 'team-a/login/other': 'q' } }
    const params = { 'http-username': 'me', 'http-password-secret': 'login' }
    const seen: (string | undefined)[] = []
    const handler: RequestListener = (request, response) => {
      seen.push(request.headers.authorization)
      response.end(TASK)
    }
    await fetched(handler, params, asked)
    await fetched(handler, { ...params, 'http-password-secret-key': 'other' }, asked)
    expect(seen).toEqual(['bWU6cA==', 'bWU6cQ=='].map(login => `Basic ${login}`))
    await expect(fetched(handler, params, { ...asked, namespace: 'team-b' })).rejects.toThrow(
      'cannot read the key',
    )
  })
})

describe('a file that is not served', () => {
  test.each([404, 403, 401, 204])('with %d is not found', async status => {
    const answer = fetched((_, response) => response.writeHead(status).end())
    await expect(answer).rejects.toThrow(/^requested URL 'http:.*task\.yaml' is not found: it answered \d+$/)
  })

  test.each([429, 500, 503])('with %d may be later', async status => {
    const answer = fetched((_, response) => response.writeHead(status, { 'retry-after': '7' }).end())
    await expect(answer).rejects.toMatchObject({ mayPass: true, retryAfter: 7000 })
  })

  test('because it is larger than any object is refused', async () => {
    const answer = fetched(giving('x'.repeat(1024 * 1024 + 1)))
    await expect(answer).rejects.toMatchObject({
      mayPass: false,
      message: expect.stringContaining('1048576'),
    })
  })

  test('because it is no text is refused', async () => {
    await expect(fetched((_, response) => response.end(Buffer.from([0xff, 0xfe])))).rejects.toThrow(
      'not UTF-8',
    )
  })

  test('because it lies within our own machine is refused, behind redirects too', async () => {
    const { url } = await serve((_, response) =>
      response.writeHead(302, { location: 'http://[::1]:80/' }).end(),
    )
    await expect(ask(resolver, { url })).rejects.toThrow('is a loopback address, which may not be reached')
  })
})

test('a password does not follow a redirect to another host', async () => {
  let seen: string | undefined = 'nothing'
  const other = await serve((request, response) => {
    seen = request.headers.authorization
    response.end(TASK)
  })
  const params = { 'http-username': 'me', 'http-password-secret': 'login' }
  const handler: RequestListener = (_, response) => response.writeHead(307, { location: other.url }).end()
  expect(await fetched(handler, params, { secrets: { 'team-a/login/password': 'p' } })).toMatchObject({
    data: TASK,
  })
  expect(seen).toBeUndefined()
})
