// What became of the events that were sent: how long each took, what was lost, what was made twice; pure.

/** A PipelineRun that the watch saw being added, and for which event it was made. */
export interface Sighting {
  readonly key: string
  readonly uid: string
  /** When, on the clock of the sending. */
  readonly at: number
}

export interface Tally {
  /** Milliseconds from sending to the first run seen, of each event that became one. */
  readonly latencies: readonly number[]
  /** Keys of the events without a run. */
  readonly lost: readonly string[]
  /** Keys of the events with more than one run. */
  readonly duplicated: readonly string[]
}

/** `sent` holds when each event was sent, by its key. A run of another event, or the same run seen again, counts for nothing. */
export function tallyOf(sent: ReadonlyMap<string, number>, sightings: readonly Sighting[]): Tally {
  const byKey = Map.groupBy(sightings, ({ key }) => key)
  const latencies: number[] = []
  const lost: string[] = []
  const duplicated: string[] = []
  for (const [key, at] of sent) {
    const seen = byKey.get(key) ?? []
    if (seen.length === 0) lost.push(key)
    else latencies.push(Math.min(...seen.map(each => each.at)) - at)
    if (new Set(seen.map(({ uid }) => uid)).size > 1) duplicated.push(key)
  }
  return { latencies, lost, duplicated }
}

/** The smallest value that at least this share of all values does not pass (nearest rank). Throws for no values. */
export function quantileOf(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]
  if (value === undefined) throw new Error('A quantile needs values, but was given none.')
  return value
}
