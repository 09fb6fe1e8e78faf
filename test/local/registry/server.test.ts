// The local registry's doors and faults: who gets in, and how it fails on request.

import { afterEach, describe, expect, test } from 'vitest'
import type { LocalRegistry, LocalRegistryOptions } from '../../../local/registry/server.ts'
import { startRegistry } from '../../../local/registry/server.ts'

const LOGIN = { username: 'reader', password: 'secret' }
const BASIC = `Basic ${Buffer.from('reader:secret').toString('base64')}`
const WRONG = `Basic ${Buffer.from('reader:wrong').toString('base64')}`
const started: LocalRegistry[] = []

async function start(options: LocalRegistryOptions = {}) {
  const local = await startRegistry(options)
  started.push(local)
  const get = (path: string, authorization?: string, method = 'GET') =>
    fetch(`${local.url}${path}`, {
      method,
      ...(authorization !== undefined && { headers: { authorization } }),
    })
  return { local, get }
}

afterEach(async () => {
  await Promise.all(started.splice(0).map(local => local.close()))
})

test.each([
  [undefined, 401],
  [WRONG, 401],
  [BASIC, 200],
])('Basic: %s gets %i', async (authorization, status) => {
  const { get } = await start({ auth: LOGIN })
  const response = await get('/v2/', authorization)
  expect(response.status).toBe(status)
  expect(response.headers.get('www-authenticate')).toBe(status === 401 ? 'Basic realm="local"' : null)
})

describe('Bearer', () => {
  const tokenFor = async (
    get: (path: string, authorization?: string) => Promise<Response>,
    scope: string,
  ) => {
    const response = await get(`/token?service=local&scope=${scope}`, BASIC)
    const body: { token: string; expires_in: number } = JSON.parse(await response.text())
    expect(body.expires_in).toBe(60)
    return `Bearer ${body.token}`
  }

  test('a challenge names the token server and the scope', async () => {
    const { local, get } = await start({ auth: { ...LOGIN, scheme: 'bearer' } })
    const response = await get('/v2/a/b/manifests/v1')
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe(
      `Bearer realm="${local.url}/token",service="local",scope="repository:a/b:pull"`,
    )
    expect((await get('/token', WRONG)).status).toBe(401)
  })

  test('a token opens its own scope only', async () => {
    const { get } = await start({ auth: { ...LOGIN, scheme: 'bearer' } })
    const pull = await tokenFor(get, 'repository:a/b:pull')
    const push = await tokenFor(get, 'repository:a/b:pull,push')
    const statuses = [
      await get('/v2/', pull),
      await get('/v2/a/b/manifests/v1', pull),
      await get('/v2/a/b/manifests/v1', push),
      await get('/v2/a/c/manifests/v1', push),
      await get('/v2/a/b/blobs/uploads/', pull, 'POST'),
      await get('/v2/a/b/blobs/uploads/', push, 'POST'),
      await get('/v2/', 'Bearer invented'),
    ].map(({ status }) => status)
    expect(statuses).toEqual([200, 404, 404, 401, 401, 202, 401])
  })
})

describe('on request it', () => {
  test('cuts connections', async () => {
    const { local, get } = await start()
    local.fail('down')
    await expect(get('/v2/')).rejects.toThrow()
    local.fail('none')
    expect((await get('/v2/')).status).toBe(200)
  })

  test('answers with a status, a number of times', async () => {
    const { local, get } = await start({ faults: { status: 429, retryAfter: 7, times: 1 } })
    const response = await get('/v2/')
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '7'])
    expect((await get('/v2/')).status).toBe(200)
    local.fail({ status: 503 })
    expect((await get('/v2/')).status).toBe(503)
  })

  test('stalls until it is released', async () => {
    const { local, get } = await start({ faults: 'stall' })
    let answered = false
    const response = get('/v2/').then(({ status }) => {
      answered = true
      return status
    })
    await expect.poll(() => local.requests.length).toBe(1)
    expect(answered).toBe(false)
    local.fail('none')
    expect(await response).toBe(200)
  })

  test('closes while it stalls', async () => {
    const { local, get } = await start({ faults: 'stall' })
    const response = get('/v2/').catch(() => 'cut')
    await expect.poll(() => local.requests.length).toBe(1)
    await local.close()
    expect(await response).toBe('cut')
    started.length = 0
  })
})

test('it records what was asked', async () => {
  const { local, get } = await start()
  await get('/v2/a/tags/list?n=1', 'Basic x')
  expect(local.requests).toEqual([{ method: 'GET', path: '/v2/a/tags/list?n=1', authorization: 'Basic x' }])
  expect(local.url).toBe(`http://${local.host}`)
})
