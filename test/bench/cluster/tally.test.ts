// What counts as lost and what as made twice, from hand-made sightings.

import { describe, expect, test } from 'vitest'
import { quantileOf, tallyOf } from '../../../bench/cluster/tally.ts'

const sent = new Map([
  ['a', 100],
  ['b', 110],
])

describe('tallyOf', () => {
  test.each([
    ['a run each', [seen('a', '1', 150), seen('b', '2', 130)], { latencies: [50, 20] }],
    ['nothing', [], { lost: ['a', 'b'] }],
    ['a run of one event', [seen('b', '2', 130)], { latencies: [20], lost: ['a'] }],
    [
      'two runs of one event: the first counts',
      [seen('a', '1', 170), seen('a', '3', 150), seen('b', '2', 130)],
      { latencies: [50, 20], duplicated: ['a'] },
    ],
    [
      'the same run seen again by a watch that was begun anew',
      [seen('a', '1', 150), seen('a', '1', 160), seen('b', '2', 130)],
      { latencies: [50, 20] },
    ],
    ["somebody else's run", [seen('x', '9', 120)], { lost: ['a', 'b'] }],
  ])('%s', (_, sightings, tally) => {
    expect(tallyOf(sent, sightings)).toEqual({ latencies: [], lost: [], duplicated: [], ...tally })
  })
})

function seen(key: string, uid: string, at: number) {
  return { key, uid, at }
}

describe('quantileOf', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index)

  test.each([
    ['the median of an odd count', [30, 10, 20], 0.5, 20],
    ['the lower of the middle two', [1, 2, 3, 4], 0.5, 2],
    ['95 of 100 values are not above it', hundred, 0.95, 95],
    ['one value is every quantile', [7], 0.95, 7],
    ['numbers are sorted as numbers', [2, 10, 9], 1, 10],
  ])('%s', (_, values, share, value) => {
    expect(quantileOf(values, share)).toBe(value)
  })

  test('refuses no values', () => {
    expect(() => quantileOf([], 0.5)).toThrow('none')
  })
})
