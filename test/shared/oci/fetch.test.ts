// The way to a registry: schemes, and patience.

import { afterEach, describe, expect, test } from 'vitest'
import { isLoopback } from '../../../shared/oci/address.ts'
import { RegistryError } from '../../../shared/oci/error.ts'
import { parseReference } from '../../../shared/oci/reference.ts'
import { createRegistry } from '../../../shared/oci/registry.ts'
import { createNetwork } from './hosts.ts'
import { BLOB, DESCRIPTOR, pull, QUICK, start, stopAll } from './served.ts'

afterEach(stopAll)

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

test('what is local may be said more strictly', async () => {
  const hosts = ['localhost:5000', '[::1]:5000', '127.0.0.2', 'a.localhost', '10.1.2.3:5000', 'a.local']
  const serve = async () => new Response(BLOB)
  const { fetch } = createNetwork(Object.fromEntries(hosts.map(host => [`http://${host}`, serve])))
  const client = createRegistry({ fetch, retry: { retries: 0, pause: 1 }, isLocal: isLoopback })
  const served = hosts.map(async host => {
    const blob = client.blob(parseReference(`${host}/a/b`), DESCRIPTOR)
    return blob.then(
      () => true,
      () => false,
    )
  })
  expect(await Promise.all(served)).toEqual([true, true, true, true, false, false])
})

test('many at once find out together how a registry speaks, and each gives up by itself', async () => {
  const { fetch, asked } = createNetwork({ 'http://localhost:5000': async () => new Response(BLOB) })
  const client = createRegistry({ fetch, retry: { retries: 0, pause: 1 } })
  const reference = parseReference('localhost:5000/a/b')
  const gone = client.blob(reference, DESCRIPTOR, AbortSignal.abort(new Error('enough')))
  const all = Array.from({ length: 9 }, () => client.blob(reference, DESCRIPTOR))
  await expect(gone).rejects.toThrow()
  await Promise.all(all)
  const probes = asked.map(({ url }) => url).filter(url => url.endsWith('/v2/'))
  expect(probes).toEqual(['https://localhost:5000/v2/', 'http://localhost:5000/v2/'])
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
