// The lines that the bench on a cluster says while it goes on.

import { expect, test } from 'vitest'
import { lineOf, lineOfParts } from '../../../bench/cluster/lines.ts'

test('a volley has its times and its faults', () => {
  const volley = { latencies: [10, 20], lost: ['c'], duplicated: [], ids: ['a', 'b', 'c'], refused: 1 }
  const line = lineOf({ side: 'ours', what: 'burst', volley: { ...volley, run: undefined, answers: [] } })
  expect(line).toBe('  burst × 3, ours: p50 10 ms, p95 20 ms; 1 lost, 0 duplicated, 1 refused')
})

test('parts without times say so', () => {
  expect(lineOfParts({ hops: [4, 5], spent: { validate: [1], execute: [], pods: 2 } })).toBe(
    '    two bare hops p50 4 ms, p95 5 ms; validate p50 1 ms, p95 1 ms; execute nothing; 2 pods',
  )
})
