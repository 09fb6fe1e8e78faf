// The same question at the same time: one fetch, many answers, and nobody pulls another down.

import { expect, test } from 'vitest'
import { withCoalescing } from '../../../shared/resolution/coalescing.ts'
import { never, question, resolved, scripted, untilAborted } from './kit.ts'

const quiet = (): void => undefined

test('fifty who ask the same are answered by one fetch', async () => {
  const gate = Promise.withResolvers<void>()
  const notes: string[] = []
  const resolver = scripted(async () => {
    await gate.promise
    return resolved()
  })
  const together = withCoalescing(resolver, use => notes.push(use))
  const answers = Array.from({ length: 50 }, (_, index) =>
    together.resolve(question({ uid: `uid-${index}` }), never),
  )
  gate.resolve()
  expect(new Set(await Promise.all(answers))).toHaveLength(1)
  expect(resolver.asked).toHaveLength(1)
  expect(notes).toEqual(Array(49).fill('joined'))
  await together.resolve(question(), never)
  expect(resolver.asked).toHaveLength(2)
})

test('another tenant never joins', async () => {
  const resolver = scripted()
  const together = withCoalescing(resolver, quiet)
  await Promise.all(['a', 'b'].map(namespace => together.resolve(question({ namespace }), never)))
  expect(resolver.asked.map(each => each.namespace)).toEqual(['a', 'b'])
})

test('one who goes takes nothing from those who stay', async () => {
  const gate = Promise.withResolvers<void>()
  const resolver = scripted(async (_, signal) => {
    await Promise.race([gate.promise, untilAborted(signal)])
    return resolved()
  })
  const together = withCoalescing(resolver, quiet)
  const first = new AbortController()
  const gone = together.resolve(question(), first.signal)
  const stays = together.resolve(question(), never)
  first.abort(new Error('deleted'))
  await expect(gone).rejects.toThrow('deleted')
  gate.resolve()
  await expect(stays).resolves.toMatchObject({ annotations: {} })
})

test('when all have gone the fetch is aborted, and the next one begins anew', async () => {
  const signals: AbortSignal[] = []
  const resolver = scripted((_, signal, count) => {
    signals.push(signal)
    return count === 1 ? untilAborted(signal) : resolved()
  })
  const together = withCoalescing(resolver, quiet)
  const aborts = [new AbortController(), new AbortController()]
  const waiting = aborts.map(({ signal }) => together.resolve(question(), signal))
  for (const abort of aborts) abort.abort(new Error('deleted'))
  for (const each of waiting) await expect(each).rejects.toThrow('deleted')
  expect(signals.map(signal => signal.aborted)).toEqual([true])
  await expect(together.resolve(question(), never)).resolves.toMatchObject({ annotations: {} })
  expect(resolver.asked).toHaveLength(2)
})

test('a failure is everyone’s', async () => {
  const resolver = scripted(() => Promise.reject(new Error('down')))
  const together = withCoalescing(resolver, quiet)
  const both = await Promise.allSettled([question(), question()].map(each => together.resolve(each, never)))
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(resolver.asked).toHaveLength(1)
})
