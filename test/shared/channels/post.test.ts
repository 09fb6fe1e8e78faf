// One POST to a receiver: what its answer means, and that nothing ever shows the address, which is a credential.

import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { post } from '../../../shared/channels/post.ts'
import { Fault } from '../../../shared/runtime/fault.ts'
import { type Endpoint, startEndpoint } from './kit.ts'

const SECRET = '/services/T0/B0/hunter2?key=hunter2'
let endpoint: Endpoint

beforeEach(async () => {
  endpoint = await startEndpoint()
})
afterEach(() => endpoint.close())

function send(url = endpoint.url + SECRET): Promise<unknown> {
  const headers = { 'content-type': 'text/plain' }
  return post(fetch, { receiver: 'Slack', url, headers, body: 'hello' }).catch(error => error)
}

describe('post', () => {
  it.each([200, 201, 202, 204])('%i: it was taken', async status => {
    endpoint.answer = { status }
    expect(await send()).toBeUndefined()
    expect(endpoint.received).toMatchObject([
      { path: SECRET, body: 'hello', headers: { 'content-type': 'text/plain' } },
    ])
  })

  it.each([
    [408, 'unavailable'],
    [425, 'unavailable'],
    [429, 'unavailable'],
    [500, 'unavailable'],
    [502, 'unavailable'],
    [503, 'unavailable'],
    [400, 'impossible'],
    [401, 'impossible'],
    [403, 'impossible'],
    [404, 'impossible'],
    [410, 'impossible'],
    [413, 'impossible'],
  ])('%i: %s', async (status, kind) => {
    endpoint.answer = { status, text: 'invalid_payload' }
    expect(await send()).toMatchObject({ kind, message: `Slack answered ${status}: invalid_payload` })
  })

  it.each([301, 302, 303, 307, 308])('a redirect (%i) is refused, not followed', async status => {
    const elsewhere = await startEndpoint()
    endpoint.answer = { status, headers: { location: elsewhere.url } }
    expect(await send()).toMatchObject({ kind: 'impossible', message: `Slack answered ${status}` })
    expect(elsewhere.received).toEqual([])
    await elsewhere.close()
  })

  it('nobody there: unavailable, and it says what happened', async () => {
    const gone = await startEndpoint()
    await gone.close()
    expect(await send(gone.url)).toMatchObject({
      kind: 'unavailable',
      message: 'Slack did not answer (ECONNREFUSED)',
    })
  })

  it('shows only the beginning of a long answer', async () => {
    endpoint.answer = { status: 500, text: 'x'.repeat(10_000) }
    expect(String(await send()).length).toBeLessThan(300)
  })
})

describe('the address is never shown', () => {
  const shown = async (url?: string): Promise<string> => {
    const error = await send(url)
    expect(error).toBeInstanceOf(Fault)
    return inspect(error, { depth: 10 })
  }

  it.each([404, 500, 302])('not when %i echoes it', async status => {
    endpoint.answer = { status, text: 'Cannot POST {path} x', headers: { location: '/services/hunter2' } }
    expect(await shown()).not.toContain('hunter2')
  })

  it('not when the echo is where the answer is cut', async () => {
    endpoint.answer = { status: 404, text: `${'x'.repeat(170)} {path}` }
    expect(await shown()).not.toContain('/services')
  })

  it('not when nobody answers', async () => {
    const gone = await startEndpoint()
    await gone.close()
    expect(await shown(gone.url + SECRET)).not.toContain('hunter2')
  })

  it.each([
    ['is no address', 'hooks.example/hunter2'],
    ['holds a password', 'https://me:hunter2@hooks.example/x'],
    ['has a scheme that is not http', 'ftp://hooks.example/hunter2'],
  ])('not when it %s', async (_, url) => {
    expect(await shown(url)).not.toContain('hunter2')
  })
})
