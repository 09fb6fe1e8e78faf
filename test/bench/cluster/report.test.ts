// What the bench on a cluster makes of its measures, from hand-made times.

import { describe, expect, test } from 'vitest'
import { ratioResults, timeResults } from '../../../bench/cluster/report.ts'

const fast = [10, 20, 30]
const slow = [20, 40, 90]

describe('ratioResults', () => {
  test('p50 and p95 of each round, ours over theirs; only p95 has the limit', () => {
    const results = ratioResults({
      name: 'burst',
      ours: [fast, slow],
      theirs: [slow, fast],
      limit: { atMost: 1 },
    })
    expect(results).toEqual([
      { name: 'burst, p50', spread: { median: 1.25, min: 0.5, max: 2 }, unit: '×', digits: 2 },
      {
        name: 'burst, p95',
        spread: { median: (30 / 90 + 3) / 2, min: 30 / 90, max: 3 },
        unit: '×',
        digits: 2,
        limit: { atMost: 1 },
      },
    ])
  })

  test('refuses rounds that are no pairs', () => {
    expect(() => ratioResults({ name: 'burst', ours: [fast], theirs: [] })).toThrow(
      'burst was measured 1 and 0 times',
    )
  })
})

test('timeResults: the median and the range of the rounds', () => {
  expect(timeResults('hops', [fast, slow])).toEqual([
    { name: 'hops, p50', spread: { median: 30, min: 20, max: 40 }, unit: ' ms', digits: 0 },
    { name: 'hops, p95', spread: { median: 60, min: 30, max: 90 }, unit: ' ms', digits: 0 },
  ])
})
