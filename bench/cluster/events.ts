// The measures with events: one at a time, two hundred at once, and where the time of the two hundred goes.

import { isDeepStrictEqual } from 'node:util'
import type { PipelineRun } from '../../shared/remediation/marks.ts'
import { createHops } from './hops.ts'
import { lineOf, lineOfParts } from './lines.ts'
import { createListeners, type Listeners } from './listeners.ts'
import type { Place } from './place.ts'
import { atZero } from './services.ts'
import { direct, ours, type Side } from './sides.ts'
import { readSpent, type Spent } from './spent.ts'
import { fireVolley, type Volley, type VolleyOptions } from './volley.ts'

export interface Measured {
  readonly side: string
  readonly what: 'one' | 'burst' | 'shared' | 'cold'
  readonly volley: Volley
}

/** One round of the burst and what its time is made of. */
export interface Parts {
  readonly hops: readonly number[]
  readonly spent: Spent
}

export interface Measurements {
  readonly measured: readonly Measured[]
  readonly parts: readonly Parts[]
}

const AT_ONCE = 200
const SHARED_TARGETS = 40
const ONE_BY_ONE = 20
const WARM_UP: VolleyOptions = { count: 20, targets: 20, mode: 'burst' }
/** Few, so that their runs have ended, and everyone was told, before Serving takes the pods away. */
const WAKE_UP: VolleyOptions = { count: 2, targets: 2, mode: 'burst' }
const BURST: VolleyOptions = { count: AT_ONCE, targets: AT_ONCE, mode: 'burst' }
const ONE: VolleyOptions = { count: ONE_BY_ONE, targets: ONE_BY_ONE, mode: 'one' }

/** What a run asks of Tekton, but for the target that each event has for itself. */
function requestOf({ spec }: PipelineRun): object {
  const params = (spec.params ?? []).filter(({ name }) => name !== 'TARGET_RESOURCE_NAME')
  return { ...spec, params: params.toSorted((a, b) => a.name.localeCompare(b.name)) }
}

function requireSame(one: Volley, other: Volley): void {
  const [mine, theirs] = [one, other].map(({ run }) => (run === undefined ? undefined : requestOf(run)))
  if (mine !== undefined && isDeepStrictEqual(mine, theirs)) return
  throw new Error(`Both sides must make the same run: ${JSON.stringify(mine)} and ${JSON.stringify(theirs)}`)
}

interface Bench {
  readonly place: Place
  readonly mine: Side
  readonly listeners: Listeners
  readonly note: (measured: Measured) => Volley
  readonly say: (line: string) => void
}

async function measureOneByOne({ place, mine, listeners, note }: Bench, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++)
    for (const side of round % 2 === 0 ? [mine, listeners.raised] : [listeners.raised, mine])
      note({ side: side.name, what: 'one', volley: await fireVolley(place, side, ONE) })
}

/** Sides take turns in going first; the parts are measured in the same round. */
async function measureBursts({ place, mine, listeners, note, say }: Bench, rounds: number): Promise<Parts[]> {
  const parts: Parts[] = []
  await using hops = await createHops(place)
  const floor = direct(place)
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? [mine, listeners.raised] : [listeners.raised, mine]
    for (const side of order) {
      // The functions may have gone to zero while the other side was measured.
      if (side === mine) await fireVolley(place, side, WAKE_UP)
      const volley = note({ side: side.name, what: 'burst', volley: await fireVolley(place, side, BURST) })
      if (side !== mine) continue
      const part = { spent: await readSpent(place, volley.ids), hops: await hops.measure(AT_ONCE) }
      parts.push(part)
      say(lineOfParts(part))
    }
    note({ side: floor.name, what: 'burst', volley: await fireVolley(place, floor, BURST) })
  }
  return parts
}

/** What is only printed: the EventListener as it is shipped, few targets for many events, and functions that are at zero. */
async function measureBeside({ place, mine, listeners, note }: Bench): Promise<void> {
  const shipped = await fireVolley(place, listeners.shipped, BURST)
  note({ side: listeners.shipped.name, what: 'burst', volley: shipped })
  await fireVolley(place, mine, WARM_UP)
  const shared = await fireVolley(place, mine, { ...BURST, targets: SHARED_TARGETS })
  note({ side: mine.name, what: 'shared', volley: shared })
  await atZero(place.kubernetes, place.system, ['validate', 'execute'])
  note({ side: mine.name, what: 'cold', volley: await fireVolley(place, mine, BURST) })
}

/** `one` at a time; `burst`: two hundred at once; `beside`: what is only printed. */
export const PARTS = ['one', 'burst', 'beside'] as const

export interface EventsOptions {
  readonly parts: readonly (typeof PARTS)[number][]
  readonly rounds: number
  /** Is told of each measure as it ends. */
  readonly say: (line: string) => void
}

/** The parts that are asked for, after a look at whether both sides make the same runs. */
export async function measureEvents(place: Place, options: EventsOptions): Promise<Measurements> {
  const { parts, rounds, say } = options
  const measured: Measured[] = []
  const note = (each: Measured): Volley => {
    measured.push(each)
    say(lineOf(each))
    return each.volley
  }
  const mine = ours(place.sink)
  await using listeners = await createListeners(place)
  try {
    const bench = { place, mine, listeners, note, say }
    requireSame(await fireVolley(place, mine, WARM_UP), await fireVolley(place, listeners.raised, WARM_UP))
    if (parts.includes('one')) await measureOneByOne(bench, rounds)
    const measuredParts = parts.includes('burst') ? await measureBursts(bench, rounds) : []
    if (parts.includes('beside')) await measureBeside(bench)
    return { measured, parts: measuredParts }
  } finally {
    await mine.close()
  }
}
