// What an answer leaves in the log, and the deadline after which the sender is told to come back.

import { afterEach, describe, expect, it, vi } from 'vitest'
import { reply } from '../../../shared/events/reply.ts'
import { answer } from '../../../shared/runtime/answer.ts'
import { Fault } from '../../../shared/runtime/fault.ts'
import type { Handler } from '../../../shared/runtime/function.ts'
import { eventHeaders, functionNamed, keepLog, textOf } from './kit.ts'

const REQUEST = { path: '/', headers: eventHeaders({ 'ce-subject': 'rem-1' }), body: new Uint8Array() }

async function ask(handle: Handler, request = REQUEST) {
  const { log, lines } = keepLog()
  const answered = await answer([functionNamed('asked', ['example.asked'], handle)], request, log)
  return { answered, lines }
}

describe('the log of a deployment', () => {
  it('has one line for what was handled', async () => {
    const { lines } = await ask(async cause =>
      reply({ from: 'asked', cause, type: 'io.kubernaut.example.v1', subject: 'x' }, {}),
    )
    expect(lines).toMatchObject([
      {
        level: 'info',
        msg: 'handled',
        function: 'asked',
        type: 'example.asked',
        id: '1',
        subject: 'rem-1',
        reply: 'io.kubernaut.example.v1',
      },
    ])
  })

  it('says how many milliseconds an event took, whether or not it was handled', async () => {
    const slowly = async (then: () => undefined) => {
      await new Promise(resolve => setTimeout(resolve, 20))
      return then()
    }
    const handled = await ask(() => slowly(() => undefined))
    const broken = await ask(() =>
      slowly(() => {
        throw new Fault('unavailable', 'the registry is down')
      }),
    )
    // A timer may fire a fraction of a millisecond early.
    for (const { lines } of [handled, broken]) expect(lines[0]?.ms).toBeGreaterThan(18)
  })

  it('warns of a breakdown with its sentence and no stack', async () => {
    const { lines } = await ask(async () => {
      throw new Fault('unavailable', 'the registry is down')
    })
    expect(lines).toMatchObject([{ level: 'warn', error: 'the registry is down', status: 503, id: '1' }])
    expect(lines[0]).not.toHaveProperty('stack')
  })

  it('shows the stack of a bug', async () => {
    const { lines } = await ask(async () => {
      throw new TypeError('x is not a function')
    })
    expect(lines).toMatchObject([
      { level: 'error', status: 500, stack: expect.stringMatching(/^TypeError: x is not[\s\S]*answer\.log/) },
    ])
  })

  it('warns of what is no event', async () => {
    const { lines } = await ask(async () => undefined, { ...REQUEST, headers: {} })
    expect(lines).toMatchObject([{ level: 'warn', status: 400 }])
  })
})

describe('an event that a function cannot write', () => {
  it('is a bug', async () => {
    const { answered } = await ask(async () => ({ specversion: '1.0', id: '', source: '/s', type: 't' }))
    expect([answered.statusCode, textOf(answered)]).toEqual([500, expect.stringMatching(/attribute "id"/)])
  })
})

describe('the deadline', () => {
  afterEach(() => void vi.useRealTimers())

  it('answers 503 after 25 s, so that the Broker asks again', async () => {
    vi.useFakeTimers()
    const never = Promise.withResolvers<undefined>()
    const asked = ask(() => never.promise)
    const isAnswered = vi.fn()
    void asked.then(isAnswered)
    await vi.advanceTimersByTimeAsync(24_999)
    expect(isAnswered).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    const { answered } = await asked
    expect([answered.statusCode, textOf(answered)]).toEqual([503, expect.stringMatching(/25 s/)])
  })

  it('leaves no timer behind a quick answer', async () => {
    vi.useFakeTimers()
    await ask(async () => undefined)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('does not turn a late failure into a rejection that nobody handles', async () => {
    vi.useFakeTimers()
    const late = Promise.withResolvers<undefined>()
    const asked = ask(() => late.promise)
    await vi.advanceTimersByTimeAsync(25_000)
    expect((await asked).answered.statusCode).toBe(503)
    // vitest fails the run on an unhandled rejection.
    late.reject(new Error('too late'))
    await vi.advanceTimersByTimeAsync(1)
  })
})
