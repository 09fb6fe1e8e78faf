// Trouble while remediations are under way: in each stage of the load each function's pod is killed while it handles
// something, and the Broker's own pods now and then.

import type { Kubernetes } from '../../../shared/kubernetes/client.ts'
import { type Feeds, FUNCTIONS, type FunctionName } from './feeds.ts'
import { deletePods, killWhileHandling } from './kill.ts'

export const STAGES = ['sending', 'draining', 'ending'] as const
export type Stage = (typeof STAGES)[number]

const BROKER_PARTS = ['ingress', 'filter'] as const
type BrokerPart = (typeof BROKER_PARTS)[number]

interface Death {
  readonly stage: Stage
  readonly victim: FunctionName | BrokerPart
  /** Remediations that were not over then. */
  readonly open: number
}

export interface Siege {
  readonly deaths: readonly Death[]
  /** How often something was killed, in one stage or in all. */
  readonly count: (victim: Death['victim'], stage?: Stage) => number
  readonly kill: (stage: Stage, name: FunctionName) => Promise<void>
  /** Restarts the Broker's ingress and filter; who is in the middle of a delivery sees a broken connection. */
  readonly restartBroker: (stage: Stage) => Promise<void>
  /** Each function, one after the other. */
  readonly killEach: (stage: Stage) => Promise<void>
  /** What was killed when, as lines of a table. */
  readonly table: () => string
}

export interface SiegeOptions {
  readonly kubernetes: Kubernetes
  readonly feeds: Feeds
  readonly countOpen: () => Promise<number>
}

export function createSiege({ kubernetes, feeds, countOpen }: SiegeOptions): Siege {
  const deaths: Death[] = []

  const count: Siege['count'] = (victim, stage) =>
    deaths.filter(death => death.victim === victim && (stage === undefined || death.stage === stage)).length

  const kill: Siege['kill'] = async (stage, name) => {
    await killWhileHandling({ kubernetes, name, feed: () => feeds.feed(name) })
    deaths.push({ stage, victim: name, open: await countOpen() })
  }

  return {
    deaths,
    count,
    kill,
    async restartBroker(stage) {
      for (const part of BROKER_PARTS) {
        await deletePods('knative-eventing', ['-l', `eventing.knative.dev/brokerRole=${part}`])
        deaths.push({ stage, victim: part, open: await countOpen() })
      }
    },
    async killEach(stage) {
      for (const name of FUNCTIONS) await kill(stage, name)
    },
    table() {
      const victims = [...FUNCTIONS, ...BROKER_PARTS]
      const rows = victims.map(victim => [victim, ...STAGES.map(stage => count(victim, stage))])
      return [['killed', ...STAGES], ...rows]
        .map(row => row.map(cell => `${cell}`.padEnd(11)).join(''))
        .join('\n')
    },
  }
}
