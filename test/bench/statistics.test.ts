// The bench's arithmetic, from hand-made numbers.

import { describe, expect, test } from 'vitest'
import { isWithin, type Limit, ratiosOf, spreadOf } from '../../bench/statistics.ts'

describe('spreadOf', () => {
  test.each([
    ['one value', [3], { median: 3, min: 3, max: 3 }],
    ['an odd count, unsorted', [10, 9, 100], { median: 10, min: 9, max: 100 }],
    ['an even count takes the mean of the middle two', [4, 1, 3, 2], { median: 2.5, min: 1, max: 4 }],
    ['numbers are sorted as numbers, not as text', [2, 10, 9], { median: 9, min: 2, max: 10 }],
  ])('%s', (_, values, spread) => {
    expect(spreadOf(values)).toEqual(spread)
  })

  test('leaves the values as they were', () => {
    const values = [3, 1, 2]
    spreadOf(values)
    expect(values).toEqual([3, 1, 2])
  })

  test.each([
    ['no values', []],
    ['what is no number', [1, Number.NaN]],
    ['a division by nothing', [1, 1 / 0]],
  ])('refuses %s', (_, values) => {
    expect(() => spreadOf(values)).toThrow('finite numbers')
  })
})

test('a ratio is ours over theirs, round by round, so that the slow half of a run does not count twice', () => {
  const rounds = [
    { ours: 500, theirs: 1_000 },
    { ours: 50, theirs: 100 },
  ]
  expect(ratiosOf(rounds)).toEqual([0.5, 0.5])
})

describe('isWithin', () => {
  test.each<[Limit, number, boolean]>([
    [{ atLeast: 0.5 }, 0.5, true],
    [{ atLeast: 0.5 }, 0.499, false],
    [{ atMost: 1.4 }, 1.4, true],
    [{ atMost: 1.4 }, 1.401, false],
  ])('%j of %d is %s', (limit, median, verdict) => {
    expect(isWithin({ median, min: 0, max: 10 }, limit)).toBe(verdict)
  })

  test('judges by the median, not by the best or the worst round', () => {
    expect(isWithin(spreadOf([0.1, 0.6, 0.9]), { atLeast: 0.5 })).toBe(true)
    expect(isWithin(spreadOf([0.1, 0.4, 0.9]), { atLeast: 0.5 })).toBe(false)
  })
})
