// The table that a run of the bench prints.

import { expect, test } from 'vitest'
import { holds, tableOf } from '../../bench/table.ts'

test('each result has its numbers, its limit and its verdict, in columns', () => {
  const start = { median: 1.5, min: 1.25, max: 2 }
  const memory = { median: 99.4, min: 98, max: 101 }
  const table = tableOf([
    { name: 'start', spread: start, limit: { atMost: 1.4 }, unit: '×', digits: 2 },
    { name: 'throughput', spread: start, limit: { atLeast: 0.5 }, unit: '×', digits: 2 },
    { name: 'printed only', spread: start, unit: '×', digits: 2 },
    { name: 'memory', spread: memory, limit: { atMost: 130 }, unit: ' MB', digits: 0 },
  ])
  expect(table.split('\n')).toEqual([
    'measure       median    min     max     limit  verdict',
    'start          1.50×  1.25×   2.00×   ≤ 1.40×   MISSED',
    'throughput     1.50×  1.25×   2.00×   ≥ 0.50×    holds',
    'printed only   1.50×  1.25×   2.00×',
    'memory         99 MB  98 MB  101 MB  ≤ 130 MB    holds',
  ])
})

test.each([
  ['a limit that is reached', { limit: { atMost: 1.5 } }, true],
  ['a limit that is passed', { limit: { atMost: 1.4 } }, false],
  ['no limit', {}, true],
])('%s: %j', (_, limit, verdict) => {
  const spread = { median: 1.5, min: 1, max: 2 }
  expect(holds({ name: 'start', spread, unit: '×', digits: 2, ...limit })).toBe(verdict)
})
