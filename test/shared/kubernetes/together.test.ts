// Reads that share: never stale, one for each turn of the event loop, and a failure stays with those who asked.

import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createTogether } from '../../../shared/kubernetes/together.ts'

/** A read that is answered by hand; it tells what the world was when it began. */
function createWorld() {
  let version = 0
  const begun: { version: number; resolve: (value: number) => void; reject: (error: Error) => void }[] = []
  return {
    begun,
    write: () => {
      version += 1
    },
    read: () =>
      new Promise<number>((resolve, reject) => {
        begun.push({ version, resolve, reject })
      }),
    answer: (index: number) => begun[index]?.resolve(begun[index]?.version ?? -1),
  }
}

test('a read asked for after a write sees it, although an older read is under way', async () => {
  const together = createTogether()
  const world = createWorld()
  const before = together('a', world.read)
  await nextTurn()
  world.write()
  const after = together('a', world.read)
  await nextTurn()
  world.answer(1)
  await expect(after).resolves.toBe(1)
  world.answer(0)
  await expect(before).resolves.toBe(0)
})

test('those who ask in one turn share one read, and other keys have their own', async () => {
  const together = createTogether()
  const world = createWorld()
  const asked = Array.from({ length: 50 }, () => together('a', world.read))
  const other = together('b', world.read)
  await nextTurn()
  expect(world.begun).toHaveLength(2)
  world.answer(0)
  world.answer(1)
  expect(new Set(await Promise.all([...asked, other])).size).toBe(1)
})

test('a failure is told to those who shared it, and the next read begins anew', async () => {
  const together = createTogether()
  const world = createWorld()
  const first = together('a', world.read)
  const second = together('a', world.read)
  await nextTurn()
  world.begun[0]?.reject(new Error('down'))
  await expect(first).rejects.toThrow('down')
  await expect(second).rejects.toThrow('down')
  const third = together('a', world.read)
  await nextTurn()
  world.answer(1)
  await expect(third).resolves.toBe(0)
})

test('who asks while two reads are under way shares the one that begins when either is answered', async () => {
  const together = createTogether()
  const world = createWorld()
  const early: Promise<number>[] = []
  for (let turn = 0; turn < 2; turn++) {
    early.push(together('a', world.read))
    await nextTurn()
  }
  const late = [together('a', world.read)]
  await nextTurn()
  world.write()
  late.push(together('a', world.read))
  await nextTurn()
  expect(world.begun).toHaveLength(2)
  world.answer(1)
  await early[1]
  await nextTurn()
  expect(world.begun).toHaveLength(3)
  world.answer(2)
  await expect(Promise.all(late)).resolves.toEqual([1, 1])
  world.answer(0)
  await expect(early[0]).resolves.toBe(0)
})
