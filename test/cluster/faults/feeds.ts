// What has each function handle an event without changing what comes of the remediations.

import pRetry from 'p-retry'
import type { CloudEvent } from '../../../shared/events/cloudevent.ts'
import { TYPE } from '../../../shared/events/contract.ts'
import { correlationOf } from '../../../shared/events/identity.ts'
import { playbooks } from '../../../shared/kubernetes/resources.ts'
import { analysisOf, type Place } from '../../journeys/looks.ts'
import { eventOf } from '../../kit/events.ts'

export const FUNCTIONS = ['register', 'validate', 'execute', 'notify', 'sweep', 'deadletter'] as const
export type FunctionName = (typeof FUNCTIONS)[number]

export interface Feeds {
  /** Sends something that this function takes, behind the caller's back. */
  readonly feed: (name: FunctionName) => void
  /** Analyses that name no playbook, of which notify tells. */
  readonly refused: readonly CloudEvent[]
  /** Resolves when the Broker has taken all that must not be lost. */
  readonly done: () => Promise<void>
}

/** As any sender must with a synchronous Broker: no 202 means to send it again, under the same id. */
export function sendUntilTaken({ stage }: Place, event: CloudEvent): Promise<void> {
  return pRetry(() => stage.send(event), { retries: 60, minTimeout: 200, maxTimeout: 5_000 })
}

/** `spare` is a Playbook that no remediation uses; `taken` are the analyses that the Broker has. */
export function createFeeds(place: Place, spare: string, taken: readonly CloudEvent[]): Feeds {
  const { stage, namespace } = place
  const refused: CloudEvent[] = []
  const pending: Promise<void>[] = []
  let count = 0

  async function again(): Promise<void> {
    const event = taken[Math.floor(Math.random() * taken.length)]
    if (event !== undefined) await stage.send(event)
  }

  const send: Readonly<Record<FunctionName, (id: string) => Promise<unknown>>> = {
    register: id =>
      stage.kubernetes.patch(
        playbooks,
        { namespace, name: spare },
        { spec: { description: { what: `Change ${id}` } } },
      ),
    validate: again,
    execute: again,
    notify: async id => {
      const event = analysisOf(place, { id: `refused-${id}`, playbook: 'nobody-published-it' })
      refused.push(event)
      const sending = sendUntilTaken(place, event)
      pending.push(sending)
      await sending
    },
    sweep: id => {
      const source = `/apis/v1/namespaces/${stage.system}/pingsources/sweep`
      return stage.send(eventOf(TYPE.ping, { sweep: true }, { id: `${namespace}-${id}`, source }))
    },
    // execute answers 400, and what nobody takes is dead.
    deadletter: id => {
      const cause = { source: `/faults/${namespace}`, id }
      return stage.send(eventOf(TYPE.validated, {}, { ...cause, correlationid: correlationOf(cause) }))
    },
  }

  return {
    refused,
    feed(name) {
      const sending = send[name](String(++count)).then(
        () => undefined,
        // It is sent again for as long as the function lives; what must arrive is in `refused`.
        () => undefined,
      )
      pending.push(sending)
    },
    done: async () => void (await Promise.all(pending)),
  }
}
