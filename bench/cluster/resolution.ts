// Fifty requests at once for one bundle, against Tekton's own resolvers on the same cluster: how long, and what the registry is asked.

import { parseReference } from '../../shared/oci/reference.ts'
import { createRegistry } from '../../shared/oci/registry.ts'
import { setting } from '../../test/cluster/cluster.ts'
import { type Gate, openGate } from '../../test/cluster/resolution/gate.ts'
import {
  installResolvers,
  removeResolvers,
  startTektonResolvers,
  stopTektonResolvers,
} from '../../test/cluster/resolution/installation.ts'
import { pipeline, publishing } from '../../test/conformance/tekton.bundles.ts'
import { spreadOf } from '../statistics.ts'
import type { Result } from '../table.ts'
import type { Place } from './place.ts'
import { ratioResults, type Times, timeResults } from './report.ts'
import { measureRequests } from './requests.ts'

/** How the bundle is named, and whether it was asked for before. */
const WAYS = ['by tag', 'by digest, cold', 'by digest, warm'] as const
type Way = (typeof WAYS)[number]

interface Measured {
  readonly times: Times
  /** Requests that the registry saw. */
  readonly asked: number
}

const COUNT = 50
/** What the issue allows the registry to be asked for all fifty. */
const MOST_ASKED = { atMost: 3 } as const
const NO_SLOWER = { atMost: 1 } as const

/** Names a bundle that nobody has asked for. */
async function publish(
  registry: string,
  gate: Gate,
): Promise<{ readonly tag: string; readonly digest: string }> {
  const tasks = [{ name: 'a', taskSpec: { steps: [{ name: 'a', image: 'registry.example.com/shell:1' }] } }]
  const pushed = await publishing(registry).publish([pipeline('scale', { tasks })])
  const { digest } = await createRegistry().resolve(parseReference(pushed))
  const tag = pushed.replace(registry, gate.host)
  return { tag, digest: `${tag.slice(0, tag.lastIndexOf(':'))}@${digest}` }
}

async function measureRound(place: Place, gate: Gate): Promise<Record<Way, Measured>> {
  const measure = async (bundle: string): Promise<Measured> => {
    const before = gate.asked.length
    const times = await measureRequests(place, bundle, COUNT)
    return { times, asked: gate.asked.length - before }
  }
  const registry = setting('REGISTRY')
  const byTag = await measure((await publish(registry, gate)).tag)
  const { digest } = await publish(registry, gate)
  return {
    'by tag': byTag,
    'by digest, cold': await measure(digest),
    'by digest, warm': await measure(digest),
  }
}

/** The first round warms connections and code up, and is left out. */
async function measureSide(place: Place, gate: Gate, rounds: number): Promise<Record<Way, Measured>[]> {
  await measureRound(place, gate)
  const measured: Record<Way, Measured>[] = []
  for (let round = 0; round < rounds; round++) measured.push(await measureRound(place, gate))
  return measured
}

/** Theirs first, then ours in their place; afterwards everything is as it was. */
export async function measureResolution(place: Place, rounds: number): Promise<Result[]> {
  await using gate = await openGate(setting('REGISTRY'))
  const theirs = await measureSide(place, gate, rounds)
  let ours: typeof theirs
  try {
    stopTektonResolvers()
    installResolvers(['bundles'])
    ours = await measureSide(place, gate, rounds)
  } finally {
    startTektonResolvers()
    removeResolvers()
  }
  return WAYS.flatMap(way =>
    resultsOf(
      way,
      ours.map(each => each[way]),
      theirs.map(each => each[way]),
    ),
  )
}

function resultsOf(way: Way, ours: readonly Measured[], theirs: readonly Measured[]): Result[] {
  const timesOf = (side: readonly Measured[]): Times[] => side.map(({ times }) => times)
  const askedOf = (side: readonly Measured[]) => spreadOf(side.map(({ asked }) => asked))
  const count = { unit: '', digits: 0 }
  return [
    ...timeResults(`${way}, ours`, timesOf(ours)),
    ...timeResults(`${way}, Tekton's`, timesOf(theirs)),
    ...ratioResults({
      name: `${way}, ours : Tekton's`,
      ours: timesOf(ours),
      theirs: timesOf(theirs),
      limit: NO_SLOWER,
    }),
    { name: `${way}, the registry was asked by ours`, spread: askedOf(ours), limit: MOST_ASKED, ...count },
    { name: `${way}, the registry was asked by Tekton's`, spread: askedOf(theirs), ...count },
  ]
}
