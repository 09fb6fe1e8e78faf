// Cold start: an event to a Knative Service without a pod until its reply, `validate` against a bare server in its image.

import { request } from 'node:http'
import { TYPE } from '../../shared/events/contract.ts'
import { headersOf } from '../event.ts'
import { ratiosOf, spreadOf } from '../statistics.ts'
import type { Result } from '../table.ts'
import { addressOf, PLAYBOOK, type Place } from './place.ts'
import { atZero, createCopy, hostOf } from './services.ts'
import { analysisOf, freshIds } from './sides.ts'

/** Both wait six seconds instead of a minute before they go to zero, the least that Serving takes. */
const ANNOTATIONS = {
  'autoscaling.knative.dev/window': '6s',
  'autoscaling.knative.dev/scale-to-zero-pod-retention-period': '0s',
}

interface Call {
  readonly address: string
  readonly host: string
  readonly path: string
  readonly type: string
}

/** Milliseconds until the whole reply is there; throws when it is not the event that was asked for. */
function timeReply({ address, host, path, type }: Call, id: string, body: string): Promise<number> {
  const at = performance.now()
  const headers = { ...headersOf(id), host, 'content-length': String(Buffer.byteLength(body)) }
  return new Promise((resolve, reject) => {
    const sending = request({ host: address, method: 'POST', path, headers, agent: false }, response => {
      const chunks: Buffer[] = []
      response.on('data', chunk => chunks.push(chunk))
      response.on('end', () => {
        if (response.headers['ce-type'] === type) return resolve(performance.now() - at)
        reject(new Error(`${host} answered ${response.statusCode}: ${Buffer.concat(chunks)}`))
      })
    })
    sending.on('error', reject)
    sending.end(body)
  })
}

interface Copies {
  readonly validate: string
  readonly bare: string
}

async function measurePairs(
  place: Place,
  copies: Copies,
  count: number,
): Promise<{ ours: number; theirs: number }[]> {
  const { kubernetes, namespace, system } = place
  const rounds: { ours: number; theirs: number }[] = []
  const address = await addressOf(kubernetes, system, copies.validate)
  const at = { address, host: hostOf(place, copies.validate) }
  const validate = { ...at, path: '/validate', type: TYPE.validated }
  const bare = { ...at, host: hostOf(place, copies.bare), path: '/middle', type: 'io.kubernaut.bench.middle' }
  const body = analysisOf(namespace, PLAYBOOK, 'cold')
  for (const [index, id] of freshIds(count).entries()) {
    const times = new Map<Call, number>()
    // Who goes first changes, so that whatever the first start warms on the node serves both.
    for (const call of index % 2 === 0 ? [validate, bare] : [bare, validate]) {
      await atZero(kubernetes, system, Object.values(copies))
      times.set(call, await timeReply(call, id, body))
    }
    const pair = { ours: times.get(validate) ?? Number.NaN, theirs: times.get(bare) ?? Number.NaN }
    console.log(`  cold start ${index + 1}: ${pair.ours.toFixed(0)} ms, bare ${pair.theirs.toFixed(0)} ms`)
    rounds.push(pair)
  }
  return rounds
}

/** Copies of both stand beside the functions until the place is left. */
export async function measureColdStart(place: Place, pairs: number): Promise<Result> {
  const validate = await createCopy(place, { purpose: 'validate', isBare: false, annotations: ANNOTATIONS })
  const bare = await createCopy(place, { purpose: 'bare', isBare: true, annotations: ANNOTATIONS })
  const rounds = await measurePairs(place, { validate, bare }, pairs)
  const spread = spreadOf(ratiosOf(rounds))
  const name = 'validate : bare server, event at zero to reply'
  return { name, spread, limit: { atMost: 1.3 }, unit: '×', digits: 2 }
}
