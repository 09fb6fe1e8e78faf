// Tells every receiver once: a receiver is claimed in a ledger before it is told, and marked after.

import type { Clock } from '../runtime/clock.ts'
import { Fault } from '../runtime/fault.ts'
import type { News, Receiver } from './receiver.ts'

/** Per receiver: claimed by somebody who is telling it now, told, or given up after a final no. */
export interface Entry {
  readonly state: 'claimed' | 'told' | 'refused'
  /** Milliseconds since the epoch. */
  readonly at: number
  /** What the final no was. */
  readonly why?: string
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

type Result = readonly [receiver: string, entry: Entry | undefined]

function isOpen(entry: Entry | undefined, now: number): boolean {
  return entry === undefined || (entry.state === 'claimed' && now - entry.at >= CLAIM_MS)
}

/** Whom this caller is to tell; nobody else does while the claim is fresh. */
export interface Claim {
  readonly names: readonly string[]
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** Writes down who will be told by this caller: from then on the news is not lost. Throws what the ledger throws. */
export async function claim({ receivers, ledger, clock }: Telling): Promise<Claim> {
  const now = clock.now()
  let mine: string[] = []
  await ledger.change(entries => {
    mine = receivers.map(each => each.name).filter(name => isOpen(entries[name], now))
    if (mine.length === 0) return undefined
    const claims = mine.map((name): [string, Entry] => [name, { state: 'claimed', at: now }])
    return { ...entries, ...Object.fromEntries(claims) }
  })
  return { names: mine, at: now }
}

async function tellOne(receiver: Receiver, news: News, clock: Clock): Promise<Entry | undefined> {
  try {
    await receiver.tell(news)
    return { state: 'told', at: clock.now() }
  } catch (error) {
    if (error instanceof Fault && error.kind === 'impossible')
      return { state: 'refused', at: clock.now(), why: error.message }
    return undefined
  }
}

/** The entries after telling: results are written, and own claims without a result are given back, nobody else's. */
function settle(entries: Entries, results: readonly Result[], claimedAt: number): Entries {
  const isOpenClaim = (name: string): boolean => {
    const entry = entries[name]
    return entry?.state === 'claimed' && entry.at === claimedAt
  }
  const given = results
    .filter(([name, entry]) => entry === undefined && isOpenClaim(name))
    .map(([name]) => name)
  const kept = Object.entries(entries).filter(([name]) => !given.includes(name))
  const told = results.filter((result): result is [string, Entry] => result[1] !== undefined)
  return Object.fromEntries([...kept, ...told])
}

/**
 * Answers whether everyone knows now. A receiver that could not be reached keeps no entry, so that the next try tells
 * it; one that said a final no is not asked again.
 */
export async function tellClaimed(
  { receivers, ledger, clock }: Telling,
  { names, at }: Claim,
  news: News,
): Promise<'everyone' | 'not yet'> {
  const results = await Promise.all(
    receivers
      .filter(each => names.includes(each.name))
      .map(async (each): Promise<Result> => [each.name, await tellOne(each, news, clock)]),
  )
  const final = await ledger.change(entries =>
    names.length === 0 ? undefined : settle(entries, results, at),
  )
  const settled = receivers.every(each => ['told', 'refused'].includes(final[each.name]?.state ?? ''))
  return settled ? 'everyone' : 'not yet'
}

/** Claims and tells in one go; see {@link tellClaimed}. */
export async function tellAll(telling: Telling, news: News): Promise<'everyone' | 'not yet'> {
  return tellClaimed(telling, await claim(telling), news)
}
