// People are told of a fetch that takes long while it goes on, and of no other.

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ask } from '../../../functions/resolve/ask.ts'
import type { Resolved } from '../../../shared/resolution/resolver.ts'
import type { SettingsReader } from '../../../shared/resolution/settings.ts'
import type { Services } from '../../../shared/runtime/function.ts'
import { never, resolved, scripted } from '../../shared/resolution/kit.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A fetch that is under way, and the Events that were written meanwhile. */
function fetching() {
  const told: unknown[] = []
  const kubernetes = { create: async (_: unknown, event: unknown) => void told.push(event) }
  const services = { kubernetes, clock: { now: () => 0 } } as unknown as Services
  const reader: SettingsReader = {
    of: async () => ({}),
    isEnabled: async () => true,
    globalTimeout: async () => 60_000,
  }
  const answer = Promise.withResolvers<Resolved>()
  const metadata = {
    namespace: 'team-a',
    name: 'git-1',
    uid: 'uid-1',
    creationTimestamp: '2026-01-01T00:00:00Z',
  }
  const asking = ask(services, reader, {
    request: { metadata },
    mine: { kind: 'answer', type: 'git', timeLeft: 60_000 },
    ready: { resolver: scripted(() => answer.promise), registration: {}, meter: {} } as never,
    signal: never,
  })
  return { told, asking, answer: () => answer.resolve(resolved()) }
}

test('after ten seconds an Event on the request says so, once', async () => {
  const { told, asking, answer } = fetching()
  await vi.advanceTimersByTimeAsync(9_999)
  expect(told).toEqual([])
  await vi.advanceTimersByTimeAsync(30_000)
  expect(told).toEqual([
    expect.objectContaining({
      type: 'Warning',
      reason: 'ResolutionSlow',
      message: 'the git resolver has been fetching for 10 s and goes on',
      involvedObject: expect.objectContaining({ kind: 'ResolutionRequest', name: 'git-1', uid: 'uid-1' }),
    }),
  ])
  answer()
  await asking
})

test('what is answered before is not told about', async () => {
  const { told, asking, answer } = fetching()
  answer()
  await asking
  await vi.advanceTimersByTimeAsync(30_000)
  expect(told).toEqual([])
})
