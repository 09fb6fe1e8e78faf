// The way to a registry: schemes, challenges, tokens, redirects, patience.

import { afterEach, describe, expect, test } from 'vitest'
import { createHandler } from '../../../local/registry/handler.ts'
import type { LocalRegistry, LocalRegistryOptions } from '../../../local/registry/server.ts'
import { startRegistry } from '../../../local/registry/server.ts'
import { fromDockerConfig } from '../../../shared/oci/credentials.ts'
import { digestOf } from '../../../shared/oci/digest.ts'
import { RegistryError } from '../../../shared/oci/error.ts'
import { parseReference } from '../../../shared/oci/reference.ts'
import type { RegistryOptions } from '../../../shared/oci/registry.ts'
import { createRegistry } from '../../../shared/oci/registry.ts'
import { createNetwork } from './hosts.ts'

const BLOB = new TextEncoder().encode('{"some":"config"}')
const DESCRIPTOR = { mediaType: 'application/json', digest: digestOf(BLOB), size: BLOB.length }
const LOGIN = { username: 'reader', password: 'secret' }
const QUICK = { retries: 3, pause: 1 }
const started: LocalRegistry[] = []

async function start(options: LocalRegistryOptions = {}): Promise<LocalRegistry> {
  const local = await startRegistry(options)
  started.push(local)
  const blobs = new Map([[DESCRIPTOR.digest, BLOB]])
  local.store.set('a/b', { blobs, manifests: new Map(), tags: new Map(), uploads: new Map() })
  return local
}

function pull(local: LocalRegistry, options: RegistryOptions = {}, signal?: AbortSignal) {
  const client = createRegistry({ retry: QUICK, ...options })
  return client.blob(parseReference(`${local.host}/a/b`), DESCRIPTOR, signal)
}

const withLogin = (registry: string, password = LOGIN.password) =>
  fromDockerConfig({ auths: { [registry]: { ...LOGIN, password } } })

afterEach(async () => {
  await Promise.all(started.splice(0).map(local => local.close()))
})

describe('a challenge is answered', () => {
  test.each([
    ['basic', 'right', 'ok'],
    ['basic', 'wrong', 'unauthorized'],
    ['basic', 'none', 'unauthorized'],
    ['bearer', 'right', 'ok'],
    ['bearer', 'wrong', 'unauthorized'],
    ['bearer', 'none', 'unauthorized'],
  ] as const)('%s with the %s password: %s', async (scheme, password, outcome) => {
    const local = await start({ auth: { ...LOGIN, scheme } })
    const store = withLogin(local.host, password === 'right' ? LOGIN.password : 'WRONG-PASSWORD')
    const answer = pull(local, password === 'none' ? {} : { credentials: store })
    if (outcome === 'ok') {
      expect(await answer).toEqual(BLOB)
      return
    }
    const error: unknown = await answer.catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ name: 'RegistryError', reason: outcome, status: 401 })
    expect(String(error)).toContain(`give a pull secret for ${local.host}`)
    expect(String(error)).not.toMatch(/WRONG-PASSWORD|secret"|Basic|Bearer/)
  })
})

test('a token is used again until it expires', async () => {
  const local = await start({ auth: { ...LOGIN, scheme: 'bearer', lifetime: 100 } })
  const time = { now: 0 }
  const client = createRegistry({ credentials: withLogin(local.host), clock: () => time.now })
  const tokens = () => local.requests.filter(({ path }) => path.startsWith('/token')).length
  const blob = () => client.blob(parseReference(`${local.host}/a/b`), DESCRIPTOR)
  await blob()
  time.now = 89_000
  await blob()
  expect(tokens()).toBe(1)
  time.now = 91_000
  await blob()
  expect(tokens()).toBe(2)
})

test('an identity token is exchanged, never sent to the registry', async () => {
  const forms: string[] = []
  const guard = createHandler(
    new Map([
      [
        'a/b',
        {
          blobs: new Map([[DESCRIPTOR.digest, BLOB]]),
          manifests: new Map(),
          tags: new Map(),
          uploads: new Map(),
        },
      ],
    ]),
  )
  const network = createNetwork({
    'https://registry.example.com': async request =>
      request.headers.get('authorization') === 'Bearer fresh'
        ? guard(request)
        : new Response(null, {
            status: 401,
            headers: {
              'www-authenticate': 'Negotiate, Bearer realm="https://auth.example.com/token",service="r"',
            },
          }),
    'https://auth.example.com': async request => {
      forms.push(await request.text())
      return Response.json({ access_token: 'fresh' })
    },
  })
  const credentials = fromDockerConfig({ auths: { 'registry.example.com': { identitytoken: 'REFRESH' } } })
  const client = createRegistry({ fetch: network.fetch, credentials })
  expect(await client.blob(parseReference('registry.example.com/a/b'), DESCRIPTOR)).toEqual(BLOB)
  expect(Object.fromEntries(new URLSearchParams(forms[0]))).toMatchObject({
    grant_type: 'refresh_token',
    refresh_token: 'REFRESH',
    scope: 'repository:a/b:pull',
    service: 'r',
  })
})

describe('a token server that nobody should be sent to', () => {
  test.each([
    'http://auth.example.com/token',
    'https://10.0.0.1/token',
    'https://169.254.169.254/latest',
    'https://[::1]/token',
    'file:///etc/passwd',
    'nonsense',
  ])('%s', async realm => {
    const headers = { 'www-authenticate': `Bearer realm="${realm}",service="r"` }
    const network = createNetwork({
      'https://registry.example.com': async () => new Response(null, { status: 401, headers }),
    })
    const client = createRegistry({ fetch: network.fetch, credentials: withLogin('registry.example.com') })
    const answer = client.blob(parseReference('registry.example.com/a/b'), DESCRIPTOR)
    await expect(answer).rejects.toMatchObject({ reason: 'invalid' })
    expect(network.asked).toHaveLength(1)
  })
})

describe('a redirect', () => {
  const to = (location: string) =>
    createNetwork({
      'https://registry.example.com': async request =>
        request.headers.has('authorization')
          ? new Response(null, { status: 307, headers: { location } })
          : new Response(null, { status: 401, headers: { 'www-authenticate': 'Basic realm="r"' } }),
      'https://storage.example.net': async () => new Response(BLOB),
      'https://greedy.example.net': async () =>
        new Response(null, { status: 401, headers: { 'www-authenticate': 'Basic realm="give it to me"' } }),
    })
  const blob = (network: ReturnType<typeof to>) =>
    createRegistry({ fetch: network.fetch, credentials: withLogin('registry.example.com') }).blob(
      parseReference('registry.example.com/a/b'),
      DESCRIPTOR,
    )

  test('is followed without the credentials', async () => {
    const network = to('https://storage.example.net/blob?signature=x')
    expect(await blob(network)).toEqual(BLOB)
    expect(network.asked.at(-1)).toMatchObject({
      url: 'https://storage.example.net/blob?signature=x',
      authorization: null,
    })
  })

  test('to a host with its own challenge gets no credentials either', async () => {
    const network = to('https://greedy.example.net/')
    await expect(blob(network)).rejects.toMatchObject({ reason: 'unauthorized' })
    const greedy = network.asked.filter(({ url }) => url.startsWith('https://greedy'))
    expect(greedy.map(({ authorization }) => authorization)).toEqual([null])
  })

  test.each([
    ['out of TLS', 'http://storage.example.net/blob'],
    ['to a metadata service', 'https://169.254.169.254/latest'],
    ['in a circle', 'https://registry.example.com/v2/'],
  ])('%s is refused', async (_what, location) => {
    await expect(blob(to(location))).rejects.toMatchObject({ reason: 'invalid' })
  })
})

test('plain HTTP is only for local hosts, or where it is asked for', async () => {
  const serve = async () => new Response(BLOB)
  const hosts = [
    'registry.example.com',
    'registry.default.svc.cluster.local',
    '10.1.2.3:5000',
    'localhost:5000',
    '[::1]:5000',
    '8.8.8.8',
  ]
  const network = createNetwork(Object.fromEntries(hosts.map(host => [`http://${host}`, serve])))
  const blob = (host: string, insecure?: boolean) =>
    createRegistry({
      fetch: network.fetch,
      retry: { retries: 0, pause: 1 },
      insecure: () => insecure === true,
    })
      .blob(parseReference(`${host}/a/b`), DESCRIPTOR)
      .then(
        () => 'served',
        (error: RegistryError) => error.reason,
      )
  expect(await Promise.all(hosts.map(host => blob(host)))).toEqual([
    'unavailable',
    'served',
    'served',
    'served',
    'served',
    'unavailable',
  ])
  expect(await blob('registry.example.com', true)).toBe('served')
})

test('HTTPS is preferred where both answer', async () => {
  const network = createNetwork({
    'https://localhost:5000': async () => new Response(BLOB),
    'http://localhost:5000': async () => new Response('plain'),
  })
  expect(
    await createRegistry({ fetch: network.fetch }).blob(parseReference('localhost:5000/a'), DESCRIPTOR),
  ).toEqual(BLOB)
  expect(network.asked.every(({ url }) => url.startsWith('https:'))).toBe(true)
})

describe('patience', () => {
  test.each([408, 429, 500, 503])('%d is tried again', async status => {
    const local = await start({ faults: { status, times: 2 } })
    expect(await pull(local)).toEqual(BLOB)
  })

  test.each([400, 401, 403, 404])('%d is final', async status => {
    const local = await start()
    const client = createRegistry({ retry: QUICK })
    const blob = () => client.blob(parseReference(`${local.host}/a/b`), DESCRIPTOR)
    await blob()
    const before = local.requests.length
    local.fail({ status })
    await expect(blob()).rejects.toMatchObject({ status })
    expect(local.requests).toHaveLength(before + 1)
  })

  test('ends after the last try', async () => {
    const local = await start({ faults: { status: 503 } })
    await expect(pull(local)).rejects.toMatchObject({ reason: 'unavailable', status: 503 })
    expect(local.requests.filter(({ path }) => path.includes('/blobs/'))).toHaveLength(1 + QUICK.retries)
  })

  test('waits as long as Retry-After says, and not at all where that is too long', async () => {
    const waits = async (retryAfter: number) => {
      const local = await start()
      local.fail({ status: 429, retryAfter, times: 3 })
      return pull(local).catch((error: RegistryError) => error.retryAfter)
    }
    expect(await waits(0)).toEqual(BLOB)
    expect(await waits(3600)).toBe(3_600_000)
  })

  test('a dead registry is unavailable, and says so', async () => {
    const local = await start({ faults: 'down' })
    const error: unknown = await pull(local).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(RegistryError)
    expect(error).toMatchObject({ reason: 'unavailable' })
    expect(String(error)).toContain(`${local.host} cannot be reached`)
  })

  test('a stalled registry costs no more than the deadline', async () => {
    const local = await start({ faults: 'stall' })
    const deadline = new AbortController()
    const answer = pull(local, {}, deadline.signal)
    await expect.poll(() => local.requests.length).toBeGreaterThan(0)
    deadline.abort()
    await expect(answer).rejects.toMatchObject({ name: 'RegistryError', reason: 'unavailable' })
  })

  test('one exchange has its own limit where the caller has none', async () => {
    const local = await start({ faults: 'stall' })
    const answer = pull(local, { timeout: 20, retry: { retries: 1, pause: 1 } })
    await expect(answer).rejects.toMatchObject({ reason: 'unavailable' })
  })
})
