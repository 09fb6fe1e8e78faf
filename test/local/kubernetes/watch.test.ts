// Watches: what is sent, to whom, from when, and what happens when the past is forgotten.

import { afterEach, beforeEach, expect, test } from 'vitest'
import { type LocalKubernetes, startKubernetes } from '../../../local/kubernetes/server.ts'
import { CONFIG_MAPS, type Send, sender } from './api.ts'

interface Event {
  readonly type: string
  readonly object: {
    readonly kind: string
    readonly code?: number
    readonly reason?: string
    readonly rows?: readonly { readonly cells: readonly unknown[] }[]
    readonly data?: Readonly<Record<string, string>>
    readonly metadata: {
      readonly name?: string
      readonly resourceVersion?: string
      readonly labels?: Readonly<Record<string, string>>
      readonly annotations?: Readonly<Record<string, string>>
    }
  }
}

let kubernetes: LocalKubernetes
let send: Send

beforeEach(async () => {
  kubernetes = await startKubernetes()
  send = sender(kubernetes)
})
afterEach(() => kubernetes.close())

const configMap = (name: string, label: string) => ({ metadata: { name, labels: { app: label } } })

async function* events(query: string, accept = 'application/json'): AsyncGenerator<Event> {
  const response = await fetch(`${kubernetes.url}${CONFIG_MAPS}?watch=true&${query}`, { headers: { accept } })
  let rest = ''
  for await (const chunk of response.body ?? []) {
    rest += Buffer.from(chunk).toString()
    const lines = rest.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield JSON.parse(line) as Event
  }
}

async function take(source: AsyncGenerator<Event>, count: number): Promise<readonly Event[]> {
  const taken: Event[] = []
  while (taken.length < count) {
    const { value, done } = await source.next()
    if (done) break
    taken.push(value)
  }
  return taken
}

const summary = ({ type, object }: Event) => [type, object.metadata.name, object.metadata.labels?.app]

async function revision(): Promise<string> {
  return (await send('GET', CONFIG_MAPS)).body.metadata?.resourceVersion ?? ''
}

test('without a resourceVersion a watch begins with what there is', async () => {
  await send('POST', CONFIG_MAPS, configMap('a', 'x'))
  const watched = events('')
  expect((await take(watched, 1)).map(summary)).toEqual([['ADDED', 'a', 'x']])
  await send('DELETE', `${CONFIG_MAPS}/a`)
  expect((await take(watched, 1)).map(summary)).toEqual([['DELETED', 'a', 'x']])
})

test('from a resourceVersion everything after it is sent, once', async () => {
  await send('POST', CONFIG_MAPS, configMap('before', 'x'))
  const from = await revision()
  await send('POST', CONFIG_MAPS, configMap('missed', 'x'))
  const watched = events(`resourceVersion=${from}`)
  expect((await take(watched, 1)).map(summary)).toEqual([['ADDED', 'missed', 'x']])
  await send('PATCH', `${CONFIG_MAPS}/missed`, { data: { k: 'v' } })
  await send('PATCH', `${CONFIG_MAPS}/missed`, { data: { k: 'v' } })
  await send('POST', CONFIG_MAPS, configMap('last', 'x'))
  expect((await take(watched, 2)).map(summary)).toEqual([
    ['MODIFIED', 'missed', 'x'],
    ['ADDED', 'last', 'x'],
  ])
})

test('an object that leaves the selection is sent as deleted, as it was when it still matched', async () => {
  const watched = events(`resourceVersion=${await revision()}&labelSelector=app%3Dx`)
  await send('POST', CONFIG_MAPS, configMap('other', 'y'))
  await send('POST', CONFIG_MAPS, configMap('a', 'x'))
  await send('PATCH', `${CONFIG_MAPS}/a`, { metadata: { labels: { app: 'y' } }, data: { k: 'v' } })
  const back = await send('PATCH', `${CONFIG_MAPS}/a`, { metadata: { labels: { app: 'x' } } })
  await send('DELETE', `${CONFIG_MAPS}/a`)
  const seen = await take(watched, 4)
  expect(seen.map(summary)).toEqual([
    ['ADDED', 'a', 'x'],
    ['DELETED', 'a', 'x'],
    ['ADDED', 'a', 'x'],
    ['DELETED', 'a', 'x'],
  ])
  expect(seen[1]?.object.data).toBeUndefined()
  const versions = seen.map(({ object }) => Number(object.metadata.resourceVersion))
  expect(versions).toEqual([...versions].sort((left, right) => left - right))
  expect(versions[2]).toBe(Number(back.body.metadata?.resourceVersion))
})

test('a past that is forgotten is an ERROR of 410', async () => {
  const from = await revision()
  await send('POST', CONFIG_MAPS, configMap('a', 'x'))
  kubernetes.compact()
  const seen = await take(events(`resourceVersion=${from}`), 2)
  expect(seen).toHaveLength(1)
  expect(seen[0]?.type).toBe('ERROR')
  expect(seen[0]?.object).toMatchObject({ kind: 'Status', code: 410, reason: 'Expired' })
})

test('a list goes on after a compaction only from its beginning', async () => {
  await send('POST', CONFIG_MAPS, configMap('a', 'x'))
  await send('POST', CONFIG_MAPS, configMap('b', 'x'))
  const first = await send('GET', `${CONFIG_MAPS}?limit=1`)
  const { continue: next } = first.body.metadata as { continue?: string }
  kubernetes.compact()
  const second = await send('GET', `${CONFIG_MAPS}?limit=1&continue=${next}`)
  expect(second).toMatchObject({ status: 410, body: { reason: 'Expired' } })
})

test('a watch of a second ends with a bookmark of where it got to', async () => {
  const at = await revision()
  const seen = await take(events(`resourceVersion=${at}&timeoutSeconds=1&allowWatchBookmarks=true`), 9)
  expect(seen).toMatchObject([
    { type: 'BOOKMARK', object: { kind: 'ConfigMap', metadata: { resourceVersion: at } } },
  ])
})

test('initial events end with a marked bookmark', async () => {
  await send('POST', CONFIG_MAPS, configMap('a', 'x'))
  const seen = await take(events('sendInitialEvents=true&allowWatchBookmarks=true'), 2)
  expect(seen.map(event => event.type)).toEqual(['ADDED', 'BOOKMARK'])
  expect(seen[1]?.object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' })
})

test('a watch may be of tables', async () => {
  await send('POST', CONFIG_MAPS, { metadata: { name: 'a' }, data: { x: '1', y: '2' } })
  const [event] = await take(events('', 'application/json;as=Table;v=v1;g=meta.k8s.io'), 1)
  expect(event?.object).toMatchObject({ kind: 'Table', rows: [{ cells: ['a', 2, expect.any(String)] }] })
})

test('a resourceVersion that is no number is refused', async () => {
  const { status, body } = await send('GET', `${CONFIG_MAPS}?watch=true&resourceVersion=abc`)
  expect(status).toBe(500)
  expect(body.message).toContain('strconv.ParseUint: parsing "abc"')
})
