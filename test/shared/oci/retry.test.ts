// Retry-After: how it is read, and that a retry waits for it.

import { describe, expect, test } from 'vitest'
import { RegistryError } from '../../../shared/oci/error.ts'
import { readRetryAfter, retrying } from '../../../shared/oci/retry.ts'

describe('Retry-After is read', () => {
  test.each([
    [{}, undefined],
    [{ 'retry-after': '3' }, 3000],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after': 'Sat, 01 Jan 2000 00:00:05 GMT', date: 'Sat, 01 Jan 2000 00:00:00 GMT' }, 5000],
    [{ 'retry-after': 'Sat, 01 Jan 2000 00:00:00 GMT', date: 'Sat, 01 Jan 2000 00:00:09 GMT' }, 0],
    [{ 'retry-after': 'Sat, 01 Jan 2000 00:00:05 GMT' }, undefined],
    [{ 'retry-after': 'soon' }, undefined],
  ])('%j', (headers, expected) => {
    expect(readRetryAfter(new Headers(headers))).toBe(expected)
  })
})

test('the next try comes no earlier than the registry asks', async () => {
  const times: number[] = []
  const answer = await retrying(
    async () => {
      times.push(performance.now())
      if (times.length === 1) throw new RegistryError('unavailable', 'busy', { retryAfter: 30 })
      return 'served'
    },
    { retries: 1, pause: 1 },
  )
  const [first = 0, second = 0] = times
  expect(answer).toBe('served')
  // Timers may fire up to a millisecond early.
  expect(second - first).toBeGreaterThanOrEqual(29)
})

test.each(['notFound', 'unauthorized', 'invalid', 'tooLarge'] as const)(
  '%s is not tried again',
  async reason => {
    let tries = 0
    const operation = async () => {
      tries += 1
      throw new RegistryError(reason, 'no')
    }
    await expect(retrying(operation, { retries: 3, pause: 1 })).rejects.toMatchObject({ reason })
    expect(tries).toBe(1)
  },
)

test('a deadline ends the pause', async () => {
  const deadline = new AbortController()
  const operation = async () => {
    queueMicrotask(() => deadline.abort())
    throw new RegistryError('unavailable', 'busy', { retryAfter: 9_000 })
  }
  const answer = retrying(operation, { retries: 3, pause: 9_000 }, deadline.signal)
  await expect(answer).rejects.toMatchObject({ name: 'RegistryError', reason: 'unavailable' })
})

test('a deadline that passes says what went wrong until then', async () => {
  const deadline = new AbortController()
  const operation = async () => {
    queueMicrotask(() => deadline.abort())
    throw new RegistryError('unavailable', 'registry.example.com did not answer in time')
  }
  const answer = retrying(operation, { retries: 3, pause: 9_000 }, deadline.signal)
  await expect(answer).rejects.toThrow('registry.example.com did not answer in time')
})
