// `playbook events`: what was told of remediations and playbooks, and is being told.

import { once } from 'node:events'
import { compose } from '../../functions/notify/compose.ts'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { TYPE } from '../../shared/events/contract.ts'
import type { PlaybookRegistered, RemediationAccepted } from '../../shared/events/types.ts'
import { type ClusterOptions, openCluster } from '../cluster.ts'
import { durationOf } from '../duration.ts'
import { type Format, print, printOne } from '../output.ts'
import { EXIT, type ExitCode, type Shell } from '../shell.ts'
import { drawTable } from '../table.ts'
import { type ChoiceOptions, chooser, isLast, shortType } from './choose.ts'
import { type Gathered, gather } from './gather.ts'
import { keyOf } from './record.ts'

export interface EventsOptions extends ClusterOptions, ChoiceOptions {
  readonly output: Format
  readonly allNamespaces?: boolean
  readonly follow?: boolean
  /** How long to follow, as a Go duration. */
  readonly timeout?: string
  readonly systemNamespace: string
}

function summaryOf(event: CloudEvent): string {
  const headline = compose(event)?.headline
  if (headline !== undefined) return headline
  const { playbook } = event.data as PlaybookRegistered | RemediationAccepted
  if (event.type === TYPE.playbookRegistered)
    return `Playbook ${playbook.name} ${playbook.version} is registered`
  const { target, why } = event.data as RemediationAccepted
  const verb = event.type === TYPE.started ? 'started' : 'waits for its turn'
  return `${playbook.name} ${verb} on ${target}${why === undefined ? '' : `: ${why}`}`
}

function cellsOf(event: CloudEvent): string[] {
  const { time = '', type, subject = '' } = event
  return [time, shortType(type), subject.slice(0, 32), summaryOf(event)]
}

/** Those that are meant and that were not told before. */
function freshOnes(isMeant: (event: CloudEvent) => boolean) {
  const told = new Set<string>()
  return (events: readonly CloudEvent[]): CloudEvent[] =>
    events.filter(event => {
      const key = keyOf(event)
      if (!isMeant(event) || told.has(key)) return false
      told.add(key)
      return true
    })
}

interface Followed {
  readonly gathered: Gathered
  readonly fresh: (events: readonly CloudEvent[]) => CloudEvent[]
}

/** Until its time is over, or the one remediation that is meant is; or for ever. */
async function followOn(shell: Shell, { gathered, fresh }: Followed, options: EventsOptions): Promise<void> {
  const { timeout, remediation, output } = options
  const stop = new AbortController()
  const limit = timeout === undefined ? [] : [AbortSignal.timeout(durationOf('--timeout', timeout, '10m'))]
  const signal = AbortSignal.any([stop.signal, ...limit])
  const tell = async (events: readonly CloudEvent[]): Promise<void> => {
    for (const event of fresh(events)) {
      const [time = '', type = '', ...rest] = cellsOf(event)
      const table = (): string => [time, type.padEnd(29), ...rest].join('  ')
      await printOne(shell, output, { value: event, table })
      if (remediation !== undefined && isLast(event)) stop.abort()
    }
  }
  await tell(gathered.events)
  if (signal.aborted) return
  const over = once(signal, 'abort')
  await gathered.watch(signal, events => void tell(events))
  await over
}

/** Follows what the cluster remembers of the Broker's events; see docs/decisions/035. */
export async function events(shell: Shell, options: EventsOptions): Promise<ExitCode> {
  const isMeant = chooser(options, shell.now())
  await using cluster = openCluster(shell, options)
  const namespace = options.allNamespaces === true ? undefined : cluster.namespace
  const gathered = await gather(cluster, { namespace, systemNamespace: options.systemNamespace })
  for (const sentence of gathered.missing) shell.err(`${sentence} What is kept there is not shown.\n`)
  const fresh = freshOnes(isMeant)
  if (options.follow === true) await followOn(shell, { gathered, fresh }, options)
  else {
    const found = fresh(gathered.events)
    await print(shell, options.output, {
      value: { events: found },
      table: () =>
        found.length === 0
          ? 'There is no such event.'
          : drawTable([['TIME', 'TYPE', 'SUBJECT', 'WHAT'], ...found.map(cellsOf)]),
    })
  }
  return EXIT.yes
}
