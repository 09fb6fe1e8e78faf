// The rows of both tables, of the parts that were measured; pure.

import { spreadOf } from '../statistics.ts'
import type { Result } from '../table.ts'
import type { Measured, Measurements } from './events.ts'
import { ratioResults, type Times, timeResults } from './report.ts'

function timesOf({ measured }: Measurements, what: Measured['what'], side: string): Times[] {
  return measured
    .filter(each => each.what === what && each.side === side)
    .map(({ volley }) => volley.latencies)
}

/** Ours over theirs, round by round; only the burst against the raised limit has a limit itself. */
export function ratiosOf(all: Measurements): Result[] {
  const of = (what: Measured['what'], side: string): Times[] => timesOf(all, what, side)
  const shipped = of('burst', 'shipped')
  const rows = [
    { name: 'one at a time : EventListener', ours: of('one', 'ours'), theirs: of('one', 'raised') },
    {
      name: '200 at once : EventListener, limit raised',
      ours: of('burst', 'ours'),
      theirs: of('burst', 'raised'),
      limit: { atMost: 1 },
    },
    {
      name: '200 at once : EventListener as shipped',
      ours: of('burst', 'ours').slice(0, shipped.length),
      theirs: shipped,
    },
  ]
  return rows.filter(({ ours }) => ours.length > 0).flatMap(ratioResults)
}

/** Milliseconds, and where they go. */
export function timesWithin(all: Measurements): Result[] {
  const of = (what: Measured['what'], side: string): Times[] => timesOf(all, what, side)
  const rows: readonly (readonly [string, readonly Times[]])[] = [
    ['ours', of('burst', 'ours')],
    ['  two bare hops through a Broker', all.parts.map(({ hops }) => hops)],
    ['  validate, by its log', all.parts.map(({ spent }) => spent.validate)],
    ['  execute, by its log', all.parts.map(({ spent }) => spent.execute)],
    ['200 creates by nobody', of('burst', 'direct')],
    ['EventListener, limit raised', of('burst', 'raised')],
    ['EventListener as shipped', of('burst', 'shipped')],
    ['ours, for 40 targets', of('shared', 'ours')],
    ['ours, functions at zero', of('cold', 'ours')],
  ]
  const times = rows
    .map(([name, rounds]) => [name, rounds.filter(each => each.length > 0)] as const)
    .filter(([, rounds]) => rounds.length > 0)
    .flatMap(([name, rounds]) => timeResults(name, rounds))
  const pods = all.parts.map(({ spent }) => spent.pods)
  // More than one of each: Serving started others in the middle of the burst.
  const name = 'pods of validate and execute after it'
  return pods.length === 0 ? times : [...times, { name, spread: spreadOf(pods), unit: '', digits: 0 }]
}
