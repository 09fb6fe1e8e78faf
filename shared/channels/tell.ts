// Tells every receiver once: a receiver is claimed in a ledger before it is told, and marked after.

import type { Clock } from '../runtime/clock.ts'
import { Fault } from '../runtime/fault.ts'
import type { News, Receiver } from './receiver.ts'

/** Per receiver: claimed by somebody who is telling it now, told, or given up after a final no. */
export interface Entry {
  readonly state: 'claimed' | 'told' | 'refused'
  /** Milliseconds since the epoch. */
  readonly at: number
}

export type Entries = Readonly<Record<string, Entry>>

/** Where it is written who was told; `change` is a compare-and-swap that repeats until it holds. */
export interface Ledger {
  readonly change: (next: (entries: Entries) => Entries | undefined) => Promise<Entries>
}

/** After this long a claim is somebody's who died: the receiver is told again, under the same event id. */
const CLAIM_MS = 60_000

export interface Telling {
  readonly receivers: readonly Receiver[]
  readonly ledger: Ledger
  readonly clock: Clock
}

function isOpen(entry: Entry | undefined, now: number): boolean {
  return entry === undefined || (entry.state === 'claimed' && now - entry.at >= CLAIM_MS)
}

async function claim({ receivers, ledger, clock }: Telling): Promise<string[]> {
  const now = clock.now()
  let mine: string[] = []
  await ledger.change(entries => {
    mine = receivers.map(each => each.name).filter(name => isOpen(entries[name], now))
    if (mine.length === 0) return undefined
    const claims = mine.map((name): [string, Entry] => [name, { state: 'claimed', at: now }])
    return { ...entries, ...Object.fromEntries(claims) }
  })
  return mine
}

async function tellOne(receiver: Receiver, news: News, clock: Clock): Promise<Entry | undefined> {
  try {
    await receiver.tell(news)
    return { state: 'told', at: clock.now() }
  } catch (error) {
    if (error instanceof Fault && error.kind === 'impossible') return { state: 'refused', at: clock.now() }
    return undefined
  }
}

/**
 * Answers whether everyone knows now. A receiver that could not be reached keeps no entry, so that the next try tells
 * it; one that said a final no is not asked again.
 */
export async function tellAll(telling: Telling, news: News): Promise<'everyone' | 'not yet'> {
  const { receivers, ledger, clock } = telling
  const mine = await claim(telling)
  const results = await Promise.all(
    receivers
      .filter(each => mine.includes(each.name))
      .map(async each => [each.name, await tellOne(each, news, clock)] as const),
  )
  const final = await ledger.change(entries => {
    if (mine.length === 0) return undefined
    const kept = Object.entries(entries).filter(([name]) => !mine.includes(name))
    const told = results.filter((result): result is [string, Entry] => result[1] !== undefined)
    return Object.fromEntries([...kept, ...told])
  })
  const settled = receivers.every(each => ['told', 'refused'].includes(final[each.name]?.state ?? ''))
  return settled ? 'everyone' : 'not yet'
}
