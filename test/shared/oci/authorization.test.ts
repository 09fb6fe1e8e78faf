// Who we are to a registry: challenges, tokens, and token servers that nobody should be sent to.

import { afterEach, describe, expect, test } from 'vitest'
import { createHandler } from '../../../local/registry/handler.ts'
import { fromDockerConfig } from '../../../shared/oci/credentials.ts'
import { parseReference } from '../../../shared/oci/reference.ts'
import { createRegistry } from '../../../shared/oci/registry.ts'
import { createNetwork } from './hosts.ts'
import { BLOB, DESCRIPTOR, holdingBlob, LOGIN, pull, start, stopAll, withLogin } from './served.ts'

afterEach(stopAll)

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
  const guard = createHandler(new Map([['a/b', holdingBlob()]]))
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
