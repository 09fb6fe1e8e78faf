// The remediations that are besieged: half of them have a target each, the others stand in line for some of these.

import pLimit from 'p-limit'
import { placeTarget } from '../../../local/world/place-target.ts'
import type { CloudEvent } from '../../../shared/events/cloudevent.ts'
import { correlationOf } from '../../../shared/events/identity.ts'
import { pipelineRuns } from '../../../shared/kubernetes/resources.ts'
import { type PipelineRun, runName } from '../../../shared/remediation/marks.ts'
import { analysisOf, type Place } from '../../journeys/looks.ts'
import { eventually } from '../../journeys/stage.ts'
import { sendUntilTaken } from './feeds.ts'
import { isEnded } from './verdict.ts'

export interface Load {
  readonly first: readonly CloudEvent[]
  readonly second: readonly CloudEvent[]
  /** Analyses that the Broker has taken. */
  readonly taken: readonly CloudEvent[]
  /** Resolves when the Broker has taken them all. */
  readonly send: (events: readonly CloudEvent[]) => Promise<unknown>
  /** How many remediations are not over. */
  readonly countOpen: () => Promise<number>
  /** How many are over, once they are so many. */
  readonly overAtLeast: (wanted: number) => Promise<number>
  /** All runs, once there are so many and every one of them is as it should be. */
  readonly runsThat: (
    what: string,
    is: (run: PipelineRun) => boolean,
    count: number,
  ) => Promise<readonly PipelineRun[]>
  /** The runs that there should be in the end, sorted. */
  readonly names: readonly string[]
}

const AT_ONCE = 16
/** How many of the second half stand in line for one target: so many that the line lasts, a sweep for each. */
const LINE = 10
const PATIENCE_MS = 12 * 60_000

/** Taken in turn along a line: one alone would have remediated its target in vain, and ask a person about the fourth time. */
export const PLAYBOOKS = ['quick-0', 'quick-1', 'quick-2', 'quick-3', 'quick-4']

export function createLoad(place: Place, count: number): Load {
  const { stage, namespace } = place
  const half = count / 2
  const lines = Math.ceil(half / LINE)
  const events = Array.from({ length: count }, (_, index) => {
    const isFirst = index < half
    const target = isFirst ? index : index % lines
    const position = isFirst ? 0 : 1 + Math.floor((index - half) / lines)
    const playbook = PLAYBOOKS[position % PLAYBOOKS.length] ?? ''
    return analysisOf(place, { id: `load-${index}`, playbook, target: `target-${target}` })
  })
  const taken: CloudEvent[] = []
  const limit = pLimit(AT_ONCE)

  async function list(): Promise<readonly PipelineRun[]> {
    return (await stage.kubernetes.list<PipelineRun>(pipelineRuns, { namespace })).items
  }

  async function sendOne(event: CloudEvent): Promise<void> {
    await placeTarget(stage, event.data)
    await sendUntilTaken(place, event)
    taken.push(event)
  }

  async function countOver(): Promise<number> {
    return (await list()).filter(isEnded).length
  }

  return {
    first: events.slice(0, half),
    second: events.slice(half),
    taken,
    send: part => Promise.all(part.map(event => limit(() => sendOne(event)))),
    countOpen: async () => count - (await countOver()),
    overAtLeast(wanted) {
      const ask = async () => {
        const over = await countOver()
        return over >= wanted ? over : undefined
      }
      return eventually(`${wanted} runs have ended`, ask, PATIENCE_MS)
    },
    runsThat(what, is, wanted) {
      const ask = async () => {
        const runs = await list()
        return runs.length >= wanted && runs.every(is) ? runs : undefined
      }
      return eventually(`${wanted} runs ${what}`, ask, PATIENCE_MS)
    },
    names: events.map(event => runName(correlationOf(event))).sort(),
  }
}
