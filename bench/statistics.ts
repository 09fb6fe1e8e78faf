// The bench's own arithmetic: pairs, medians and limits; pure.

export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

/** What a median must reach (`atLeast`) or may not pass (`atMost`); reaching it exactly is enough. */
export type Limit = { readonly atLeast: number } | { readonly atMost: number }

/** The median is the middle value, or the mean of the middle two. Throws for no values or one that is no finite number. */
export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0 || !values.every(Number.isFinite))
    throw new Error(`A spread needs finite numbers, but was given [${values.join(', ')}].`)
  const sorted = [...values].sort((a, b) => a - b)
  const at = (index: number): number => sorted[index] ?? Number.NaN
  const median = (at(Math.floor((sorted.length - 1) / 2)) + at(Math.ceil((sorted.length - 1) / 2))) / 2
  return { median, min: at(0), max: at(sorted.length - 1) }
}

/** One ratio per round: what both sides measured within the same seconds, so that a busy machine slows both. */
export function ratiosOf(rounds: readonly { readonly ours: number; readonly theirs: number }[]): number[] {
  return rounds.map(({ ours, theirs }) => ours / theirs)
}

/** Judged by the median: one round that something else disturbed decides nothing. */
export function isWithin({ median }: Spread, limit: Limit): boolean {
  return 'atLeast' in limit ? median >= limit.atLeast : median <= limit.atMost
}
