// A watch: one JSON document per line, however the network cuts it, until the server ends it or says what is wrong.

import { afterEach, beforeEach, expect, it } from 'vitest'
import { createKubernetes } from '../../../shared/kubernetes/client.ts'
import type { Connection } from '../../../shared/kubernetes/connection.ts'
import { playbooks } from '../../../shared/kubernetes/resources.ts'
import { type Api, refusing, startApi } from './kit.ts'

let api: Api
beforeEach(async () => {
  api = await startApi()
})
afterEach(() => api.close())

const line = (type: string, name: string): string =>
  `${JSON.stringify({ type, object: { metadata: { name } } })}\n`

/** A connection whose answer comes byte by byte, so that every character and every line is cut somewhere. */
function bytewise(text: string): Connection {
  async function* stream(): AsyncGenerator<Uint8Array> {
    for (const byte of Buffer.from(text)) yield Uint8Array.of(byte)
  }
  const answer = { status: 200, text: async () => text, stream: stream() }
  return {
    ask: async () => ({ status: answer.status, text: await answer.text() }),
    open: async () => answer,
    close: async () => undefined,
  }
}

async function watched(limit = Number.POSITIVE_INFINITY): Promise<string[]> {
  const seen: string[] = []
  for await (const { type, object } of api.kubernetes.watch(playbooks)) {
    seen.push(`${type} ${object.metadata.name}`)
    if (seen.length === limit) break
  }
  return seen
}

it('yields each line', async () => {
  api.answer = (_, response) =>
    void response.end(line('ADDED', 'a') + line('DELETED', 'a') + line('BOOKMARK', 'b'))
  expect(await watched()).toEqual(['ADDED a', 'DELETED a', 'BOOKMARK b'])
})

it('yields each line, however it is cut', async () => {
  const kubernetes = createKubernetes(bytewise(line('ADDED', 'größe') + line('MODIFIED', 'größe')))
  const seen: string[] = []
  for await (const { type, object } of kubernetes.watch(playbooks))
    seen.push(`${type} ${object.metadata.name}`)
  expect(seen).toEqual(['ADDED größe', 'MODIFIED größe'])
})

it('yields a line when it is there, not when the watch ends', async () => {
  api.answer = (_, response) => void response.write(line('ADDED', 'a'))
  expect(await watched(1)).toEqual(['ADDED a'])
})

it('asks from a version, for a label, with bookmarks', async () => {
  api.answer = (_, response) => void response.end()
  const selection = { namespace: 'a', labelSelector: 'x=y', resourceVersion: '7' }
  for await (const event of api.kubernetes.watch(playbooks, selection)) expect(event).toBeUndefined()
  const { pathname, searchParams } = new URL(api.asked[0]?.path ?? '', 'http://api')
  expect(pathname).toBe('/apis/playbook.kubernaut.io/v1alpha1/namespaces/a/playbooks')
  expect(Object.fromEntries(searchParams)).toEqual({
    labelSelector: 'x=y',
    resourceVersion: '7',
    watch: 'true',
    allowWatchBookmarks: 'true',
  })
})

it('throws what an ERROR event says', async () => {
  const status = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' }
  api.answer = (_, response) =>
    void response.end(`${line('ADDED', 'a')}${JSON.stringify({ type: 'ERROR', object: status })}\n`)
  await expect(watched()).rejects.toMatchObject({
    name: 'KubernetesError',
    status: 410,
    reason: 'Expired',
    message: 'too old resource version',
  })
})

it('throws the refusal of a watch', async () => {
  api.answer = refusing(403, 'Forbidden', 'cannot watch resource')
  await expect(watched()).rejects.toMatchObject({
    name: 'KubernetesError',
    status: 403,
    reason: 'Forbidden',
    message: 'cannot watch resource',
  })
})

it('is unavailable when the connection breaks', async () => {
  api.answer = (_, response) => {
    response.write(line('ADDED', 'a'), () => response.destroy())
  }
  await expect(watched()).rejects.toMatchObject({ name: 'Fault', kind: 'unavailable' })
})

it('hangs up when nobody reads on, and when its signal says so', async () => {
  const closed: Promise<void>[] = []
  api.answer = (_, response) => {
    closed.push(new Promise(resolve => response.on('close', () => resolve())))
    response.write(line('ADDED', 'a'))
  }
  await watched(1)
  await closed[0]
  const stop = new AbortController()
  const reading = (async () => {
    for await (const event of api.kubernetes.watch(playbooks, { signal: stop.signal })) {
      expect(event.type).toBe('ADDED')
      stop.abort()
    }
  })()
  await expect(reading).rejects.toThrow()
  await closed[1]
})
