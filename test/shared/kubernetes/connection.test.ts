// The connection: credentials that are renewed, and a server that does not answer, or not to the end.

import { createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createKubernetes } from '../../../shared/kubernetes/client.ts'
import { connect } from '../../../shared/kubernetes/connection.ts'
import { pipelineRuns } from '../../../shared/kubernetes/resources.ts'
import { type Api, kubeConfigOf, setToken, startApi } from './kit.ts'

const KEY = { namespace: 'a', name: 'rem-1' }
const unavailable = (message: RegExp) =>
  expect.objectContaining({ name: 'Fault', kind: 'unavailable', message: expect.stringMatching(message) })

let api: Api
let time = 0
beforeEach(async () => {
  api = await startApi()
  time = 0
})
afterEach(() => api.close())

function connected(kubeConfig = kubeConfigOf(api.url, 'first')) {
  const connection = connect(kubeConfig, () => time)
  return { kubeConfig, connection, get: () => createKubernetes(connection).get(pipelineRuns, KEY) }
}

describe('credentials', () => {
  const tokens = () => api.asked.map(asked => asked.headers.authorization)

  it('are sent', async () => {
    const { connection, get } = connected()
    await get()
    expect(tokens()).toEqual(['Bearer first'])
    await connection.close()
  })

  it('are read again after 30 s and not before', async () => {
    const { kubeConfig, connection, get } = connected()
    await get()
    setToken(kubeConfig, api.url, 'second')
    time = 29_999
    await get()
    time = 30_000
    await get()
    expect(tokens()).toEqual(['Bearer first', 'Bearer first', 'Bearer second'])
    await connection.close()
  })

  it('are read once for many requests at the same time', async () => {
    const { kubeConfig, connection, get } = connected()
    const read = vi.spyOn(kubeConfig, 'applySecurityAuthentication')
    await Promise.all([get(), get(), get()])
    expect(read).toHaveBeenCalledOnce()
    await connection.close()
  })

  it('that cannot be read are a breakdown that may pass, and are read again at once', async () => {
    const { kubeConfig, connection, get } = connected()
    vi.spyOn(kubeConfig, 'applySecurityAuthentication').mockRejectedValueOnce(new Error('no such file'))
    await expect(get()).rejects.toEqual(unavailable(/credentials.*no such file/))
    await get()
    expect(tokens()).toEqual(['Bearer first'])
    await connection.close()
  })

  it('that cannot be renewed break down one request, and the connection is kept', async () => {
    const { kubeConfig, connection, get } = connected()
    await get()
    time = 30_000
    vi.spyOn(kubeConfig, 'applySecurityAuthentication').mockRejectedValueOnce(new Error('no such file'))
    await expect(get()).rejects.toEqual(unavailable(/no such file/))
    await get()
    expect(tokens()).toEqual(['Bearer first', 'Bearer first'])
    await connection.close()
  })
})

describe('a server', () => {
  it('that is not there is unavailable', async () => {
    const gone = await startApi()
    await gone.close()
    const { connection, get } = connected(kubeConfigOf(gone.url))
    await expect(get()).rejects.toEqual(unavailable(/did not answer.*ECONNREFUSED/))
    await connection.close()
  })

  it('that hangs up is unavailable', async () => {
    const silent = createServer(socket => socket.destroy()).listen(0, '127.0.0.1')
    await vi.waitUntil(() => silent.listening)
    const address = silent.address()
    const port = typeof address === 'object' ? address?.port : undefined
    const { connection, get } = connected(kubeConfigOf(`http://127.0.0.1:${port}`))
    await expect(get()).rejects.toEqual(unavailable(/did not answer/))
    await connection.close()
    silent.close()
  })

  it.each([200, 500])('whose answer of %i breaks off is unavailable', async status => {
    api.answer = (_, response) => {
      response.writeHead(status, { 'content-length': '1000' }).write('{"kind":')
      setImmediate(() => response.destroy())
    }
    const { connection, get } = connected()
    await expect(get()).rejects.toEqual(unavailable(/broke off/))
    await connection.close()
  })
})

it('a kubeconfig without a current cluster is refused at the start', () => {
  const kubeConfig = kubeConfigOf(api.url)
  kubeConfig.setCurrentContext('nowhere')
  expect(() => connect(kubeConfig, () => 0)).toThrow(/current-context/)
})
