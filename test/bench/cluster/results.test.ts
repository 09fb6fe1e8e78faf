// Which rows the bench on a cluster prints: those of what was measured, and no others.

import { expect, test } from 'vitest'
import type { Measured, Measurements } from '../../../bench/cluster/events.ts'
import { ratiosOf, timesWithin } from '../../../bench/cluster/results.ts'

function measured(what: Measured['what'], side: string, latencies: readonly number[]): Measured {
  const rest = { lost: [], duplicated: [], ids: [], run: undefined, refused: 0, answers: [] }
  return { what, side, volley: { latencies, ...rest } }
}

const burst: Measurements = {
  measured: [measured('burst', 'ours', [10, 20]), measured('burst', 'raised', [20, 40])],
  parts: [{ hops: [4], spent: { validate: [1], execute: [], pods: 2 } }],
}

const namesOf = (results: readonly { name: string }[]): string[] =>
  results.filter((_, index) => index % 2 === 0).map(({ name }) => name)

test('a burst has a ratio with a limit for p95, and where its time goes', () => {
  expect(ratiosOf(burst)).toMatchObject([
    { name: '200 at once : EventListener, limit raised, p50', spread: { median: 0.5 } },
    { name: '200 at once : EventListener, limit raised, p95', spread: { median: 0.5 }, limit: { atMost: 1 } },
  ])
  expect(namesOf(timesWithin(burst))).toEqual([
    'ours, p50',
    '  two bare hops through a Broker, p50',
    '  validate, by its log, p50',
    'EventListener, limit raised, p50',
    'pods of validate and execute after it',
  ])
})

test('one at a time has a ratio without a limit', () => {
  const all = { measured: [measured('one', 'raised', [20]), measured('one', 'ours', [30])], parts: [] }
  const results = ratiosOf(all)
  expect(results).toMatchObject([{ spread: { median: 1.5 } }, { spread: { median: 1.5 } }])
  expect(results.every(({ limit }) => limit === undefined)).toBe(true)
  expect(timesWithin(all)).toEqual([])
})

test('the EventListener as shipped has as many rounds as it was measured', () => {
  const more = [measured('burst', 'ours', [30, 60]), measured('burst', 'raised', [30, 60])]
  const all = { ...burst, measured: [...burst.measured, ...more, measured('burst', 'shipped', [100, 200])] }
  expect(ratiosOf(all).at(-1)).toMatchObject({
    name: '200 at once : EventListener as shipped, p95',
    spread: { median: 0.1 },
  })
})

test('nothing measured is no row', () => {
  expect([...ratiosOf({ measured: [], parts: [] }), ...timesWithin({ measured: [], parts: [] })]).toEqual([])
})
