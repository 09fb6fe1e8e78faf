// Work that goes on after the acknowledgement: how long the sender waits, what is not started twice, what is too much.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createBackground } from '../../../shared/runtime/background.ts'
import { Fault } from '../../../shared/runtime/fault.ts'
import { keepLog } from './kit.ts'

const PATIENCE_MS = 2_000
const nothing = async (): Promise<void> => undefined

function background({ concurrency = 10, waiting = 10 } = {}) {
  const { log, lines } = keepLog()
  return { ...createBackground({ concurrency, waiting, patienceMs: PATIENCE_MS, log }), lines }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('within the patience', () => {
  it('the sender gets the result, and nothing more is done with it', async () => {
    const { run, idle } = background()
    const afterwards = vi.fn(nothing)
    expect(await run('a', async () => 'done', afterwards)).toBe('done')
    await idle()
    expect(afterwards).not.toHaveBeenCalled()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('the sender gets the failure, and it is not logged twice', async () => {
    const { run, idle, lines } = background()
    const failure = new Fault('unavailable', 'the registry is down')
    await expect(run('a', () => Promise.reject(failure), nothing)).rejects.toBe(failure)
    await idle()
    expect(lines).toEqual([])
  })

  it('the same work may be done again after it is done, or after it failed', async () => {
    const { run } = background()
    expect(await run('a', async () => 1, nothing)).toBe(1)
    await expect(run('a', () => Promise.reject(new Error('no')), nothing)).rejects.toThrow('no')
    expect(await run('a', async () => 2, nothing)).toBe(2)
  })
})

describe('after the patience', () => {
  it('the sender hears `later`, not before, and the result is passed on when it comes', async () => {
    const { run, idle } = background()
    const work = Promise.withResolvers<string>()
    const [heard, afterwards] = [vi.fn(), vi.fn(nothing)]
    void run('a', () => work.promise, afterwards).then(heard)
    await vi.advanceTimersByTimeAsync(PATIENCE_MS - 1)
    expect(heard).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expect(heard).toHaveBeenCalledExactlyOnceWith('later')
    work.resolve('done')
    await idle()
    expect(afterwards).toHaveBeenCalledExactlyOnceWith('done')
  })

  it.each([
    ['the work fails', () => Promise.reject(new Error('no answer')), nothing],
    ['passing it on fails', async () => 'done', () => Promise.reject(new Error('no answer'))],
  ])('it is logged when %s', async (_, end, afterwards) => {
    const { run, idle, lines } = background()
    const gate = Promise.withResolvers<void>()
    const heard = run('register a', () => gate.promise.then((): Promise<unknown> => end()), afterwards)
    await vi.advanceTimersByTimeAsync(PATIENCE_MS)
    expect(await heard).toBe('later')
    gate.resolve()
    await idle()
    expect(lines).toMatchObject([{ level: 'error', key: 'register a', error: 'Error: no answer' }])
  })
})

describe('work that is under way', () => {
  it('is not started a second time under the same key', async () => {
    const { run, idle } = background()
    const gate = Promise.withResolvers<string>()
    const again = vi.fn(async () => 'again')
    const first = run('a', () => gate.promise, nothing)
    expect(await run('a', again, nothing)).toBe('later')
    expect(await run('b', async () => 'other', nothing)).toBe('other')
    gate.resolve('first')
    expect(await first).toBe('first')
    await idle()
    expect(again).not.toHaveBeenCalled()
  })

  it('is only so much at a time; the rest waits its turn', async () => {
    const { run, idle } = background({ concurrency: 2 })
    const gate = Promise.withResolvers<void>()
    const works = ['a', 'b', 'c'].map(() => vi.fn(() => gate.promise))
    const answers = works.map((work, index) => run(String(index), work, nothing))
    await vi.advanceTimersByTimeAsync(0)
    expect(works.map(work => work.mock.calls.length)).toEqual([1, 1, 0])
    gate.resolve()
    await Promise.all([...answers, idle()])
    expect(works.map(work => work.mock.calls.length)).toEqual([1, 1, 1])
  })

  it('is bounded: beyond it the sender must come back', async () => {
    const { run, idle } = background({ concurrency: 1, waiting: 2 })
    const gate = Promise.withResolvers<void>()
    const start = (key: string) => run(key, () => gate.promise, nothing)
    const taken = [start('works')]
    await vi.advanceTimersByTimeAsync(0)
    taken.push(start('waits 1'), start('waits 2'))
    await expect(start('too much')).rejects.toMatchObject({ name: 'Fault', kind: 'unavailable' })
    gate.resolve()
    await Promise.all([...taken, idle()])
    await expect(start('too much')).resolves.toBeUndefined()
  })
})

describe('work that is put off', () => {
  it('begins a second after the last of a burst', async () => {
    const { putOff } = background()
    const works = ['a', 'b'].map(() => vi.fn(nothing))
    putOff('a', works[0] ?? nothing)
    await vi.advanceTimersByTimeAsync(600)
    putOff('b', works[1] ?? nothing)
    await vi.advanceTimersByTimeAsync(999)
    expect(works.map(work => work.mock.calls.length)).toEqual([0, 0])
    await vi.advanceTimersByTimeAsync(1)
    expect(works.map(work => work.mock.calls.length)).toEqual([1, 1])
  })

  it('begins within five seconds of a burst that does not end, and at once before the process ends', async () => {
    const { putOff, idle } = background()
    const works = Array.from({ length: 11 }, () => vi.fn(nothing))
    for (const [index, work] of works.entries()) {
      putOff(String(index), work)
      await vi.advanceTimersByTimeAsync(500)
    }
    expect(works.filter(work => work.mock.calls.length === 1)).toHaveLength(10)
    await idle()
    expect(works.every(work => work.mock.calls.length === 1)).toBe(true)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('is logged where there is no room for it', async () => {
    const { putOff, idle, lines } = background({ concurrency: 1, waiting: 1 })
    for (const key of ['a', 'b', 'c']) putOff(key, nothing)
    await idle()
    expect(lines).toMatchObject([
      { level: 'error', key: 'c', error: expect.stringMatching(/waiting already/) },
    ])
  })
})

it('idle waits for work that begins while it waits', async () => {
  const { run, idle } = background()
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const
  const isIdle = vi.fn()
  const answers = [run('first', () => gates[0].promise, nothing)]
  const idling = idle().then(isIdle)
  answers.push(run('second', () => gates[1].promise, nothing))
  gates[0].resolve()
  await answers[0]
  await vi.advanceTimersByTimeAsync(0)
  expect(isIdle).not.toHaveBeenCalled()
  gates[1].resolve()
  await Promise.all([...answers, idling])
  expect(isIdle).toHaveBeenCalledOnce()
})
