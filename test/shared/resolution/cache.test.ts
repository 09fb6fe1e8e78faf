// What is kept, for whom, and for how long.

import { beforeEach, describe, expect, test } from 'vitest'
import { withCache } from '../../../shared/resolution/cache.ts'
import { ResolutionError } from '../../../shared/resolution/error.ts'
import type { Resolved } from '../../../shared/resolution/resolver.ts'
import { type Asked, never, question, resolved, type Scripted, scripted, secretsOf } from './kit.ts'

const SECOND = 1_000
const HOUR = 3_600_000

let now = 0
const notes: string[] = []
const options = { clock: { now: () => now }, note: (use: string) => void notes.push(use) }

beforeEach(() => {
  now = 1_000_000
  notes.length = 0
})

function cached(resolver: Scripted): (asked?: Asked) => Promise<Resolved> {
  const kept = withCache(resolver, options)
  return asked => kept.resolve(question(asked), never)
}

describe('what was asked for by digest', () => {
  const forever = () => scripted(() => resolved({ holds: 'forever' }))

  test('is fetched once, and says that it was kept', async () => {
    const resolver = forever()
    const ask = cached(resolver)
    const first = await ask()
    now += HOUR
    const second = await ask()
    expect(resolver.asked).toHaveLength(1)
    expect(notes).toEqual(['miss', 'hit'])
    const common = {
      'resolution.tekton.dev/cached': 'true',
      'resolution.tekton.dev/cache-resolver-type': 'fake',
    }
    expect(first.annotations).toMatchObject({ ...common, 'resolution.tekton.dev/cache-operation': 'store' })
    expect(second.annotations).toMatchObject({
      ...common,
      'resolution.tekton.dev/cache-operation': 'retrieve',
    })
    expect(second.data).toBe(first.data)
  })

  test('is not for ever after all', async () => {
    const resolver = forever()
    const ask = cached(resolver)
    await ask()
    now += 25 * HOUR
    await ask()
    expect(resolver.asked).toHaveLength(2)
  })

  test.each<[string, Asked]>([
    ['another tenant', { namespace: 'other' }],
    ['another parameter', { params: { name: 'b' } }],
    ['other settings', { settings: { 'default-kind': 'pipeline' } }],
    ['a name that ends where the value began', { params: { nam: 'ea' } }],
    ['a list that reads like the text', { params: { name: ['a'] } }],
  ])('is fetched again for %s', async (_, asked) => {
    const resolver = forever()
    const ask = cached(resolver)
    const params = { name: 'a' }
    await ask({ params })
    await ask({ params, ...asked })
    expect(resolver.asked).toHaveLength(2)
  })
})

describe('what was fetched with a credential', () => {
  test('is kept for the same credential, and for no other', async () => {
    const content = { 'login/token': 'one' }
    const secrets = secretsOf(content)
    const resolver = scripted(async request => {
      await request.secrets.read({ name: 'login', key: 'token' })
      await request.secrets.pullConfigs({ serviceAccount: 'default' })
      return resolved({ holds: 'forever' })
    })
    const ask = cached(resolver)
    await ask({ secrets })
    await ask({ secrets })
    expect(resolver.asked).toHaveLength(1)
    content['login/token'] = 'two'
    await ask({ secrets })
    expect(resolver.asked).toHaveLength(2)
  })

  test('is not given to one who may no longer read it', async () => {
    let mayRead = true
    const secrets = {
      ...secretsOf(),
      async read() {
        if (!mayRead) throw new ResolutionError('cannot read the secret')
        return 'one'
      },
    }
    const ask = cached(
      scripted(async request => {
        await request.secrets.read({ name: 'login', key: 'token' })
        return resolved({ holds: 'forever' })
      }),
    )
    await ask({ secrets })
    mayRead = false
    await expect(ask({ secrets })).rejects.toThrow('cannot read the secret')
  })
})

describe('what may change', () => {
  test('is asked for at most once a second, and not fetched while the remote says that it holds', async () => {
    let checks = 0
    let holds = true
    const resolver = scripted(() =>
      resolved({
        holds: async () => {
          checks += 1
          return holds
        },
      }),
    )
    const ask = cached(resolver)
    await ask()
    await ask()
    expect(checks).toBe(0)
    now += SECOND
    await ask()
    await ask()
    expect([checks, resolver.asked.length]).toEqual([1, 1])
    holds = false
    now += SECOND
    await ask()
    expect([checks, resolver.asked.length]).toEqual([2, 2])
    expect(notes).toEqual(['miss', 'hit', 'revalidated', 'hit', 'hit', 'miss'])
  })

  test('is not asked for again by a request that was made before the last asking, however late it comes', async () => {
    let checks = 0
    const resolver = scripted(() =>
      resolved({
        holds: async () => {
          checks += 1
          return true
        },
      }),
    )
    const ask = cached(resolver)
    const createdAt = now
    await ask({ createdAt })
    now += 9 * SECOND
    await ask({ createdAt })
    expect(checks).toBe(0)
    await ask({ createdAt: createdAt + SECOND })
    expect(checks).toBe(1)
  })

  test('is fetched anew when the remote cannot say whether it holds', async () => {
    const resolver = scripted(() => resolved({ holds: () => Promise.reject(new Error('down')) }))
    const ask = cached(resolver)
    await ask()
    now += SECOND
    await ask()
    expect(resolver.asked).toHaveLength(2)
  })

  test('is not kept at all where nobody can say whether it holds', async () => {
    const resolver = scripted()
    const ask = cached(resolver)
    expect((await ask()).annotations).toEqual({})
    await ask()
    expect(resolver.asked).toHaveLength(2)
  })
})

describe('how a request wants the cache used', () => {
  test.each<[string, Asked]>([
    ['by parameter', { params: { cache: 'always' } }],
    ['by the ConfigMap', { settings: { 'default-cache-mode': 'always' } }],
  ])('always, %s: for five minutes, also what may change', async (_, asked) => {
    const resolver = scripted()
    const ask = cached(resolver)
    await ask(asked)
    now += 4 * 60 * SECOND
    await ask(asked)
    expect(resolver.asked).toHaveLength(1)
    now += 2 * 60 * SECOND
    await ask(asked)
    expect(resolver.asked).toHaveLength(2)
  })

  test('always, for as long as resolver-cache-config says', async () => {
    const resolver = scripted()
    const ask = cached(resolver)
    const asked = { params: { cache: 'always' }, cacheSettings: { ttl: '1h' } }
    await ask(asked)
    now += HOUR - SECOND
    await ask(asked)
    expect(resolver.asked).toHaveLength(1)
    now += SECOND
    await ask(asked)
    expect(resolver.asked).toHaveLength(2)
  })

  test.each([
    ['2', 4],
    ['0', 3],
    ['many', 3],
  ])('by as many as resolver-cache-config says: %s', async (size, fetches) => {
    const resolver = scripted(() => resolved({ holds: 'forever' }))
    const ask = cached(resolver)
    const cacheSettings = { 'max-size': size }
    for (const name of ['a', 'b', 'c', 'a']) await ask({ params: { name }, cacheSettings })
    expect(resolver.asked).toHaveLength(fetches)
  })

  test('never: neither taken nor kept', async () => {
    const resolver = scripted(() => resolved({ holds: 'forever' }))
    const ask = cached(resolver)
    await ask({ params: { cache: 'never' } })
    await ask()
    await ask({ params: { cache: 'never' } })
    expect(resolver.asked).toHaveLength(3)
    expect(notes).toEqual(['bypassed', 'miss', 'bypassed'])
  })

  test('in another word: refused with the words that there are', async () => {
    await expect(cached(scripted())({ params: { cache: 'sometimes' } })).rejects.toThrow(
      'invalid cache mode "sometimes": it must be one of always, never, auto',
    )
  })
})

describe('a failure', () => {
  test('that would be the same again is kept for a moment', async () => {
    const resolver = scripted((_request, _signal, count) => {
      if (count === 1) throw new ResolutionError('not found')
      return resolved()
    })
    const ask = cached(resolver)
    await expect(ask()).rejects.toThrow('not found')
    await expect(ask()).rejects.toThrow('not found')
    expect(resolver.asked).toHaveLength(1)
    now += 3 * SECOND
    await ask()
    expect(resolver.asked).toHaveLength(2)
  })

  test.each([
    ['that may pass', new ResolutionError('busy', { mayPass: true })],
    ['of ours', new TypeError('a bug')],
  ])('%s is not kept', async (_, error) => {
    const resolver = scripted(() => Promise.reject(error))
    const ask = cached(resolver)
    await expect(ask()).rejects.toThrow(error)
    await expect(ask()).rejects.toThrow(error)
    expect(resolver.asked).toHaveLength(2)
  })
})
