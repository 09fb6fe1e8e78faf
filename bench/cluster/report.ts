// From what was measured to what is printed: ratios round by round, and where the time goes; pure.

import { type Limit, ratiosOf, type Spread, spreadOf } from '../statistics.ts'
import type { Result } from '../table.ts'
import { quantileOf } from './tally.ts'

/** The times of one volley: milliseconds from each event to its run. */
export type Times = readonly number[]

interface Row {
  readonly name: string
  readonly ours: readonly Times[]
  readonly theirs: readonly Times[]
  /** For p95. */
  readonly limit?: Limit | undefined
}

const SHARES = [
  ['p50', 0.5],
  ['p95', 0.95],
] as const

/** Two results, p50 and p95, of the same rounds on both sides. Throws where one side has a round more. */
export function ratioResults({ name, ours, theirs, limit }: Row): Result[] {
  if (ours.length !== theirs.length)
    throw new Error(`${name} was measured ${ours.length} and ${theirs.length} times; rounds are pairs.`)
  return SHARES.map(([quantile, share]) => {
    const rounds = ours.map((times, round) => ({
      ours: quantileOf(times, share),
      theirs: quantileOf(theirs[round] ?? [], share),
    }))
    const result = { name: `${name}, ${quantile}`, spread: spreadOf(ratiosOf(rounds)), unit: '×', digits: 2 }
    return quantile === 'p95' && limit !== undefined ? { ...result, limit } : result
  })
}

/** Milliseconds as they were: of one machine at one time, so without a limit. */
export function timeResults(name: string, rounds: readonly Times[]): Result[] {
  return SHARES.map(([quantile, share]) => {
    const spread: Spread = spreadOf(rounds.map(times => quantileOf(times, share)))
    return { name: `${name}, ${quantile}`, spread, unit: ' ms', digits: 0 }
  })
}
