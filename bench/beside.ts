// What ten thousand finished runs beside change: the time to start one, and what a sweep asks of the API.

import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { TYPE } from '../shared/events/contract.ts'
import { type Cluster, startCluster } from './cluster.ts'
import { createFinished } from './finished.ts'
import { type ServerOptions, type ServerProcess, startServer } from './process.ts'
import { beginMs, type Side, sweepCalls } from './side.ts'
import { ratiosOf, spreadOf } from './statistics.ts'
import type { Result } from './table.ts'

const FINISHED = 10_000
const ROUNDS = 11
const STARTS = 40
const WARM_UP = 100
const WAITING = 50
const SWEEPS = 3

let targets = 0

/** The mean of as many starts on each side, each on a target of its own, in turn, so that whatever else the machine does slows both. */
async function startsMs(
  beside: Side,
  alone: Side,
  starts: number,
): Promise<{ ours: number; theirs: number }> {
  const total = { ours: 0, theirs: 0 }
  for (let index = 0; index < starts; index++) {
    targets += 1
    total.ours += await beginMs(beside, `app-${targets}`, TYPE.started)
    total.theirs += await beginMs(alone, `app-${targets}`, TYPE.started)
  }
  return { ours: total.ours / starts, theirs: total.theirs / starts }
}

async function measureStarts(beside: Side, alone: Side): Promise<Result> {
  await startsMs(beside, alone, WARM_UP)
  const rounds: { ours: number; theirs: number }[] = []
  while (rounds.length < ROUNDS) rounds.push(await startsMs(beside, alone, STARTS))
  return {
    name: `start of a run beside ${FINISHED} finished ones : beside none`,
    spread: spreadOf(ratiosOf(rounds)),
    limit: { atMost: 1.1 },
    unit: '×',
    digits: 2,
  }
}

async function measureSweeps(beside: Side, alone: Side): Promise<Result[]> {
  const rounds: { ours: number; theirs: number }[] = []
  while (rounds.length < SWEEPS)
    rounds.push({ ours: await sweepCalls(beside), theirs: await sweepCalls(alone) })
  for (let index = 0; index < WAITING; index++) {
    await beginMs(beside, `busy-${index}`, TYPE.started)
    await beginMs(beside, `busy-${index}`, TYPE.queued)
  }
  const more: number[] = []
  for (const { ours } of rounds) more.push(((await sweepCalls(beside)) - ours) / WAITING)
  return [
    {
      name: `API calls of a sweep beside ${FINISHED} finished runs : beside none`,
      spread: spreadOf(ratiosOf(rounds)),
      limit: { atMost: 1 },
      unit: '×',
      digits: 2,
    },
    {
      name: 'API calls of a sweep, more per waiting run',
      spread: spreadOf(more),
      limit: { atMost: 1 },
      unit: '',
      digits: 2,
    },
  ]
}

/** Takes what a sweep posts. */
async function startSink(): Promise<{ url: string; close: () => void }> {
  const server = createServer((request, response) =>
    request.resume().once('end', () => response.writeHead(202).end()),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/`, close: () => server.close() }
}

/** Two deployments of the same set in two clusters of the same make; one of the clusters is full of what is over. */
export async function measureBeside(ours: ServerOptions, alone: Cluster): Promise<Result[]> {
  const folder = join(ours.folder, 'beside')
  mkdirSync(folder)
  const sink = await startSink()
  const full = await startCluster(folder)
  const servers: ServerProcess[] = []
  const start = async (cluster: Cluster): Promise<Side> => {
    const env = { ...ours.env, KUBECONFIG: cluster.kubeconfig, K_SINK: sink.url, QUEUE_SECONDS: '86400' }
    const server = await startServer({ ...ours, env })
    servers.push(server)
    return { server, cluster }
  }
  try {
    await createFinished(full.kubernetes, full.playbook, FINISHED)
    const sides = [await start(full), await start(alone)] as const
    return [await measureStarts(...sides), ...(await measureSweeps(...sides))]
  } finally {
    for (const server of servers) await server.stop()
    await full.close()
    sink.close()
  }
}
