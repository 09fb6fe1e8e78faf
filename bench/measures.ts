// The measures: throughput, what a policy costs, start and memory, each with its limit.

import { setTimeout as delay } from 'node:timers/promises'
import type { Cluster } from './cluster.ts'
import { isEmpty, isRefused, validatedBy } from './event.ts'
import { createLoad, type Load } from './load.ts'
import { policyText } from './policy.ts'
import {
  processorMs,
  residentMegabytes,
  type ServerOptions,
  type ServerProcess,
  startServer,
} from './process.ts'
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
const POLICY_ROUNDS = 20
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

/** Processor time of a server for each event of a load: what else the machine does is not in it. */
async function timePerEvent({ pid }: ServerProcess, load: Load): Promise<number> {
  const [before, sent] = [processorMs(pid), load.sent()]
  await load.measure(ROUND_MS)
  return (processorMs(pid) - before) / (load.sent() - sent)
}

/** Processor time per event of `validate` with a policy of 200 rules, over that of one without any. */
export async function measurePolicy({ ours }: Sides, cluster: Cluster): Promise<Result> {
  const ruledBy = { ...ours, env: { ...ours.env, POLICY_CONFIGMAP: await cluster.policy(policyText) } }
  const rounds = await withServer(ruledBy, one =>
    withServer(ours, async other => {
      const ruled = createLoad(`${one.url}/validate`, validatedBy(cluster.playbook, 'the-last'))
      const free = createLoad(`${other.url}/validate`, validatedBy(cluster.playbook))
      const measured: { ours: number; theirs: number }[] = []
      for (const load of [ruled, free]) await load.measure(WARM_UP_MS)
      while (measured.length < POLICY_ROUNDS) {
        // Whoever is measured first has the machine in another state: they take turns.
        const before = measured.length % 2 === 0 ? 0 : await timePerEvent(other, free)
        const ours = await timePerEvent(one, ruled)
        measured.push({ ours, theirs: before === 0 ? await timePerEvent(other, free) : before })
      }
      await Promise.all([ruled.close(), free.close()])
      return measured
    }),
  )
  return {
    name: 'validate, policy of 200 rules : none, processor time',
    spread: spreadOf(ratiosOf(rounds)),
    limit: { atMost: 1.05 },
    unit: '×',
    digits: 3,
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
