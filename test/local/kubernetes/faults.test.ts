// Faults on demand, and what the stand-in tells of the requests it gets.

import { afterEach, beforeEach, expect, test } from 'vitest'
import { parse } from 'yaml'
import { type LocalKubernetes, type RequestLog, startKubernetes } from '../../../local/kubernetes/server.ts'
import { CONFIG_MAPS, type Send, sender } from './api.ts'

let kubernetes: LocalKubernetes
let send: Send
let log: RequestLog[]

beforeEach(async () => {
  log = []
  const clock = () => new Date('2026-01-02T03:04:05.678Z')
  kubernetes = await startKubernetes({ clock, onRequest: request => log.push(request) })
  send = sender(kubernetes)
})
afterEach(() => kubernetes.close())

test('down is no answer, until it heals', async () => {
  kubernetes.fail('down')
  await expect(send('GET', CONFIG_MAPS)).rejects.toThrow('fetch failed')
  kubernetes.fail()
  expect((await send('GET', CONFIG_MAPS)).status).toBe(200)
})

test('down breaks off watches', async () => {
  const response = await fetch(`${kubernetes.url}${CONFIG_MAPS}?watch=true`)
  kubernetes.fail('down')
  await expect(response.text()).rejects.toThrow()
})

test('a status is answered to what it matches, and changes nothing', async () => {
  kubernetes.fail({ status: 503, match: method => method === 'POST' })
  const refused = await send('POST', CONFIG_MAPS, { metadata: { name: 'a' } })
  expect(refused).toMatchObject({ status: 503, body: { kind: 'Status', reason: 'ServiceUnavailable' } })
  expect((await send('GET', `${CONFIG_MAPS}/a`)).status).toBe(404)
})

test('requests are counted, and told with their user', async () => {
  await send('GET', `${CONFIG_MAPS}?limit=1`)
  expect(kubernetes.requests).toBe(1)
  expect(log).toEqual([{ method: 'GET', path: `${CONFIG_MAPS}?limit=1`, status: 200, user: 'tester' }])
})

test('dates are of the given clock, in whole seconds', async () => {
  const { body } = await send('POST', CONFIG_MAPS, { metadata: { name: 'a' } })
  expect(body.metadata).toMatchObject({ creationTimestamp: '2026-01-02T03:04:05Z' })
})

test('the kubeconfig leads here, as whom it is asked', () => {
  expect(parse(kubernetes.kubeconfig('alice'))).toMatchObject({
    clusters: [{ cluster: { server: kubernetes.url, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'alice', user: { token: 'alice' } }],
  })
})

test('an object over the limit of the store is refused, and a body over that of the server too', async () => {
  const object = (size: number) => ({ metadata: { name: 'large' }, data: { a: 'x'.repeat(size) } })
  const stored = await send('POST', CONFIG_MAPS, object(1_600_000))
  expect(stored).toMatchObject({ status: 500, body: { message: 'etcdserver: request is too large' } })
  const sent = await send('POST', CONFIG_MAPS, object(3_200_000))
  expect(sent).toMatchObject({ status: 413, body: { reason: 'RequestEntityTooLarge' } })
})
