// Redirects: followed to storage, without our credentials, and to nothing less safe.

import { describe, expect, test } from 'vitest'
import { parseReference } from '../../../shared/oci/reference.ts'
import { createRegistry } from '../../../shared/oci/registry.ts'
import { createNetwork } from './hosts.ts'
import { BLOB, DESCRIPTOR, withLogin } from './served.ts'

describe('a redirect', () => {
  const to = (location: string) =>
    createNetwork({
      'https://registry.example.com': async request =>
        request.headers.has('authorization')
          ? new Response(null, { status: 307, headers: { location } })
          : new Response(null, { status: 401, headers: { 'www-authenticate': 'Basic realm="r"' } }),
      'https://storage.example.net': async () => new Response(BLOB),
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

  test('to a host with its own challenge gets no credentials, nor does its token server', async () => {
    const challenge = 'Bearer realm="https://greedy.example.net/token",service="greedy"'
    const network = createNetwork({
      'https://registry.example.com': async () =>
        new Response(null, { status: 307, headers: { location: 'https://greedy.example.net/blob' } }),
      'https://greedy.example.net': async () =>
        new Response(null, { status: 401, headers: { 'www-authenticate': challenge } }),
    })
    await expect(blob(network)).rejects.toMatchObject({ reason: 'unauthorized' })
    expect(network.asked.map(({ authorization }) => authorization)).toEqual([null, null])
  })

  test.each([
    ['out of TLS', 'http://storage.example.net/blob'],
    ['to a metadata service', 'https://169.254.169.254/latest'],
    ['in a circle', 'https://registry.example.com/v2/'],
  ])('%s is refused', async (_what, location) => {
    await expect(blob(to(location))).rejects.toMatchObject({ reason: 'invalid' })
  })
})
