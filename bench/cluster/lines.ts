// What the bench on a cluster says while it goes on: a line for each measure; pure.

import type { Measured, Parts } from './events.ts'
import { quantileOf } from './tally.ts'

function timesOf(values: readonly number[]): string {
  if (values.length === 0) return 'nothing'
  const [p50, p95] = [0.5, 0.95].map(share => quantileOf(values, share).toFixed(0))
  return `p50 ${p50} ms, p95 ${p95} ms`
}

/** One volley. */
export function lineOf({ side, what, volley }: Measured): string {
  const { latencies, lost, duplicated, refused, ids } = volley
  const faults = `${lost.length} lost, ${duplicated.length} duplicated, ${refused} refused`
  return `  ${what} × ${ids.length}, ${side}: ${timesOf(latencies)}; ${faults}`
}

/** What the time of ours is made of, in the same round. */
export function lineOfParts({ hops, spent }: Parts): string {
  const parts = { 'two bare hops': hops, validate: spent.validate, execute: spent.execute }
  const times = Object.entries(parts).map(([name, values]) => `${name} ${timesOf(values)}`)
  return `    ${times.join('; ')}; ${spent.pods} pods`
}
