// The three measures: throughput, start and memory, each with its limit.

import { setTimeout as delay } from 'node:timers/promises'
import type { Cluster } from './cluster.ts'
import { isEmpty, isRefused, validatedBy } from './event.ts'
import { createLoad } from './load.ts'
import { residentMegabytes, type ServerOptions, type ServerProcess, startServer } from './process.ts'
import { ratiosOf, spreadOf } from './statistics.ts'
import type { Result } from './table.ts'

/** How the two sides are started: the same way, from bundles made the same way. */
export interface Sides {
  readonly ours: ServerOptions
  readonly theirs: ServerOptions
}

const WARM_UP_MS = 3_000
const ROUND_MS = 1_500
const LOAD_ROUNDS = 9
const START_ROUNDS = 15
const MEMORY_ROUNDS = 3
const QUIET_MS = 2_000

async function withServer<T>(options: ServerOptions, use: (server: ServerProcess) => Promise<T>): Promise<T> {
  const server = await startServer(options)
  try {
    return await use(server)
  } finally {
    await server.stop()
  }
}

/** Events per second of `validate` in the whole set, over those of the empty function. */
export async function measureThroughput({ ours, theirs }: Sides, cluster: Cluster): Promise<Result> {
  const rounds = await withServer(ours, one =>
    withServer(theirs, async other => {
      const validate = createLoad(`${one.url}/validate`, validatedBy(cluster.playbook))
      const empty = createLoad(`${other.url}/`, isEmpty)
      const refused = createLoad(`${one.url}/validate`, isRefused)
      const measured: { ours: number; theirs: number }[] = []
      await validate.measure(WARM_UP_MS)
      await empty.measure(WARM_UP_MS)
      while (measured.length < LOAD_ROUNDS) {
        measured.push({ ours: await validate.measure(ROUND_MS), theirs: await empty.measure(ROUND_MS) })
        // Whoever remembers the Playbook, however shortly, answers one of these two wrongly.
        await cluster.suspend(true)
        await refused.once()
        await cluster.suspend(false)
        await validate.once()
      }
      await Promise.all([validate.close(), empty.close(), refused.close()])
      return measured
    }),
  )
  return {
    name: 'validate over HTTP : empty function, throughput',
    spread: spreadOf(ratiosOf(rounds)),
    limit: { atLeast: 0.5 },
    unit: '×',
    digits: 2,
  }
}

/** Spawn to ready of the whole set, over that of hello world. */
export async function measureStart({ ours, theirs }: Sides): Promise<Result> {
  const startMs = (options: ServerOptions): Promise<number> =>
    withServer(options, async server => server.startMs)
  const rounds: { ours: number; theirs: number }[] = []
  for (let round = 0; round <= START_ROUNDS; round++) {
    const pair = { ours: await startMs(ours), theirs: await startMs(theirs) }
    // The first pair only brings both files into the page cache.
    if (round > 0) rounds.push(pair)
  }
  return {
    name: 'whole set : hello world, start to ready',
    spread: spreadOf(ratiosOf(rounds)),
    limit: { atMost: 1.4 },
    unit: '×',
    digits: 2,
  }
}

/** Resident memory of the whole set at rest, after one event. */
export async function measureMemory({ ours }: Sides, cluster: Cluster): Promise<Result> {
  const sizes: number[] = []
  while (sizes.length < MEMORY_ROUNDS)
    await withServer(ours, async server => {
      const load = createLoad(`${server.url}/validate`, validatedBy(cluster.playbook))
      await load.once()
      await delay(QUIET_MS)
      sizes.push(residentMegabytes(server.pid))
      await load.close()
    })
  return {
    name: 'whole set in one process, resident memory idle',
    spread: spreadOf(sizes),
    limit: { atMost: 130 },
    unit: ' MB',
    digits: 0,
  }
}
