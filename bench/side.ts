// One deployment of the whole set and the cluster that it works in: what it answers, how fast, and what it asks for.

import { setTimeout as delay } from 'node:timers/promises'
import { TYPE } from '../shared/events/contract.ts'
import type { Cluster } from './cluster.ts'
import { bodyFor, headersOf } from './event.ts'
import type { ServerProcess } from './process.ts'

/** On a busy machine a sweep may pause for longer than its calls take. */
const QUIET_MS = 500

/** What a sweep sends at least: see functions/sweep. */
const LISTS = 7

/** A deployment and the cluster that it works in. */
export interface Side {
  readonly server: ServerProcess
  readonly cluster: Cluster
}

let count = 0

async function post(url: string, headers: Record<string, string>, body: Buffer | string): Promise<Response> {
  const response = await fetch(url, { method: 'POST', headers, body })
  if (response.status >= 300) throw new Error(`${url} answered ${response.status}: ${await response.text()}`)
  return response
}

function eventHeaders(headers: Headers): Record<string, string> {
  const kept = [...headers].filter(([name]) => name.startsWith('ce-') || name === 'content-type')
  return Object.fromEntries(kept)
}

/** Milliseconds in which `execute` answers a validated remediation of the target, as it must. */
export async function beginMs({ server, cluster }: Side, target: string, answer: string): Promise<number> {
  count += 1
  const analysis = bodyFor(target)
  await cluster.place(analysis)
  const validated = await post(`${server.url}/validate`, headersOf(`beside-${count}`), analysis)
  const [headers, body] = [eventHeaders(validated.headers), await validated.text()]
  const startedAt = performance.now()
  const begun = await post(`${server.url}/execute`, headers, body)
  const text = await begun.text()
  const took = performance.now() - startedAt
  if (begun.headers.get('ce-type') !== answer)
    throw new Error(`execute answered ${begun.headers.get('ce-type')}: ${text}`)
  return took
}

/** Resolves when the API is asked nothing more: a sweep may go on after its timer was answered. */
async function quietRequests({ requests }: Cluster): Promise<number> {
  for (let before = await requests(); ; ) {
    await delay(QUIET_MS)
    const after = await requests()
    if (after === before) return after
    before = after
  }
}

/** How many requests one sweep sends to the API. */
export async function sweepCalls({ server, cluster }: Side): Promise<number> {
  count += 1
  const before = await quietRequests(cluster)
  await post(`${server.url}/sweep`, { ...headersOf(`sweep-${count}`), 'ce-type': TYPE.ping }, '{}')
  const calls = (await quietRequests(cluster)) - before
  // Fewer than the lists that every sweep begins with: it had not begun when it was counted.
  if (calls < LISTS) throw new Error(`A sweep sent ${calls} requests, and every one sends ${LISTS} lists.`)
  return calls
}
