// How often and how long a resolver is asked: retries with backoff, and two limits.

import { describe, expect, test } from 'vitest'
import { ResolutionError } from '../../../shared/resolution/error.ts'
import { withRetries } from '../../../shared/resolution/retries.ts'
import { withTimeout } from '../../../shared/resolution/timeout.ts'
import { never, question, resolved, scripted, untilAborted } from './kit.ts'

const QUICK = { 'backoff-duration': '1ms', 'backoff-cap': '2ms' }
const busy = (retryAfter?: number) => new ResolutionError('busy', { mayPass: true, retryAfter })

describe('retries', () => {
  test('repeat what may pass until it passes', async () => {
    const resolver = scripted((_request, _signal, count) => (count < 3 ? Promise.reject(busy()) : resolved()))
    await withRetries(resolver).resolve(question({ settings: QUICK }), never)
    expect(resolver.asked).toHaveLength(3)
  })

  test.each([
    ['backoff-steps attempts in all', { ...QUICK, 'backoff-steps': '2' }, 2],
    ['four where it says nothing', QUICK, 4],
    ['four where it says nonsense', { ...QUICK, 'backoff-steps': 'many' }, 4],
    ['never more than twenty', { ...QUICK, 'backoff-steps': '1e9', 'backoff-duration': '0' }, 20],
    [
      'two by the set of settings that is named',
      { ...QUICK, 'backoff-steps': '3', 'my.backoff-steps': '2' },
      2,
    ],
  ])('are %s', async (_, settings, attempts) => {
    const params = { configKey: 'my' }
    const resolver = scripted(() => Promise.reject(busy()))
    await expect(withRetries(resolver).resolve(question({ settings, params }), never)).rejects.toThrow('busy')
    expect(resolver.asked).toHaveLength(attempts)
  })

  test('wait as long as the server asks', async () => {
    const resolver = scripted((_request, _signal, count) =>
      count === 1 ? Promise.reject(busy(60)) : resolved(),
    )
    const began = performance.now()
    await withRetries(resolver).resolve(question({ settings: QUICK }), never)
    expect(performance.now() - began).toBeGreaterThanOrEqual(55)
  })

  test('wait also where the server asks for more than a timer can count', async () => {
    const resolver = scripted(() => Promise.reject(busy(2 ** 40)))
    const asking = withRetries(resolver).resolve(question({ settings: QUICK }), AbortSignal.timeout(100))
    await expect(asking).rejects.toThrow('aborted')
    expect(resolver.asked).toHaveLength(1)
  })

  test('end with the signal, also while they wait', async () => {
    const abort = new AbortController()
    const resolver = scripted(() => {
      queueMicrotask(() => abort.abort(new Error('deleted')))
      return Promise.reject(busy(60_000))
    })
    const asking = withRetries(resolver).resolve(question({ settings: QUICK }), abort.signal)
    await expect(asking).rejects.toThrow('deleted')
  })

  test.each([
    ['a refusal', new ResolutionError('not found')],
    ['a bug', new RangeError('a bug')],
  ])('are not made for %s', async (_, error) => {
    const resolver = scripted(() => Promise.reject(error))
    await expect(withRetries(resolver).resolve(question({ settings: QUICK }), never)).rejects.toBe(error)
    expect(resolver.asked).toHaveLength(1)
  })
})

describe('a limit', () => {
  const hanging = () => scripted((_, signal) => untilAborted(signal))

  test.each([
    ['of the resolver', {}, 20, 60_000],
    ['of the ConfigMap', { 'fetch-timeout': '20ms' }, 60_000, 60_000],
    ['of Tekton, which caps both', { 'fetch-timeout': '5m' }, 60_000, 20],
  ])('%s ends what hangs, and says how to get more', async (_, settings, own, timeLeft) => {
    const asking = withTimeout(hanging(), own).resolve(question({ settings, timeLeft }), never)
    await expect(asking).rejects.toThrow(
      expect.objectContaining({
        reason: 'ResolutionTimedOut',
        message: expect.stringMatching(/^it took longer than the 20ms that there were: .*fetch-timeout/),
      }),
    )
  })

  test('may be that of a set of settings that the request names, as in git-resolver-config', async () => {
    const settings = { 'fetch-timeout': '5m', 'quick.fetch-timeout': '20ms', 'other.fetch-timeout': '4m' }
    const request = question({ settings, params: { configKey: 'quick' } })
    await expect(withTimeout(hanging(), 60_000).resolve(request, never)).rejects.toThrow(
      'longer than the 20ms',
    )
  })

  test('holds for a resolver that does not heed its signal', async () => {
    const deaf = scripted(() => new Promise(() => undefined))
    await expect(withTimeout(deaf, 10).resolve(question(), never)).rejects.toThrow(ResolutionError)
  })

  test('is not what ended a request that was cancelled', async () => {
    const abort = new AbortController()
    const asking = withTimeout(hanging(), 60_000).resolve(question(), abort.signal)
    abort.abort(new Error('deleted'))
    await expect(asking).rejects.toThrow('deleted')
  })

  test.each([
    ['a second', 1_000, 60_000],
    ['more than a timer can count', 2 ** 33, 2 ** 33],
  ])('does not matter to an answer in time: %s', async (_, own, timeLeft) => {
    const waiting = scripted(() => new Promise(done => setTimeout(done, 20, resolved())))
    await expect(withTimeout(waiting, own).resolve(question({ timeLeft }), never)).resolves.toEqual(
      resolved(),
    )
  })
})
