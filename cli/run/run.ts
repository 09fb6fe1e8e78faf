// `playbook run`: asks for a remediation as an analysis service does, and says what became of it.

import { randomUUID } from 'node:crypto'
import { correlationOf } from '../../shared/events/identity.ts'
import { judgeParameters } from '../../shared/parameters/judge.ts'
import { nameOf } from '../../shared/playbook/playbook.ts'
import { runName } from '../../shared/remediation/marks.ts'
import type { Target } from '../../shared/remediation/target.ts'
import { brokerAddress, postEvent } from '../broker.ts'
import { type Cluster, type ClusterOptions, openCluster } from '../cluster.ts'
import { durationOf } from '../duration.ts'
import { type GivenOptions, givenIn } from '../given.ts'
import { type Format, print } from '../output.ts'
import { readPlaybook, releaseOf } from '../playbooks/read.ts'
import { faultTable } from '../playbooks/validate.ts'
import { EXIT, type ExitCode, type Shell, Trouble } from '../shell.ts'
import { follow, isOver, type Standing } from './follow.ts'
import { askedOf, fill, isConfirmed, lackingIn, type Order } from './order.ts'
import { proposalEvent, readTarget } from './proposal.ts'

export interface RunOptions extends ClusterOptions, GivenOptions {
  readonly output: Format
  readonly target?: string
  readonly release?: string
  readonly reason?: string
  /** The same one again is the same remediation. */
  readonly id?: string
  readonly yes?: boolean
  readonly wait?: boolean
  readonly timeout?: string
  readonly broker?: string
  readonly systemNamespace: string
}

/** As Go durations: until there is a verdict, and until the end. */
const PATIENCE = { verdict: '60s', end: '1h' } as const

function patienceOf({ timeout, wait }: RunOptions): number {
  const text = timeout ?? (wait === true ? PATIENCE.end : PATIENCE.verdict)
  return durationOf('--timeout', text, '30s')
}

function targetIn({ target: text }: RunOptions, { namespace }: Cluster): Target | undefined {
  const target = text === undefined ? undefined : readTarget(text, namespace)
  if (text !== undefined && target === undefined)
    throw new Trouble(`--target takes Kind/name or namespace/Kind/name, not "${text}".`)
  return target
}

function sentence(name: string, { state, reason, message, faults = [] }: Standing): string {
  const words = [reason, message].filter(each => each !== undefined && each !== '').join(': ')
  const lines = faults.map(fault => `  ${fault.path || '/'}: ${fault.message}`)
  return [`${name} ${state}${words === '' ? '' : `: ${words}`}`, ...lines].join('\n')
}

interface Sending {
  readonly shell: Shell
  readonly cluster: Cluster
  readonly options: RunOptions
}

async function send({ shell, cluster, options }: Sending, order: Order): Promise<ExitCode> {
  const { systemNamespace, reason, id = randomUUID(), wait = false } = options
  const event = proposalEvent({ ...order, me: await cluster.whoAmI(), reason, id, now: shell.now() })
  await postEvent(cluster, options.broker ?? (await brokerAddress(cluster, systemNamespace)), event)
  const { namespace = 'default' } = order.playbook.metadata
  const run = { namespace, name: runName(correlationOf(event)) }
  const name = `${namespace}/${run.name}`
  const say = (seen: Standing): void => {
    if (shell.isWatched && wait && !isOver(seen)) shell.err(`${sentence(name, seen)}\n`)
  }
  const sent = { analysis: { source: event.source, id }, run, systemNamespace }
  const standing = await follow(cluster, sent, {
    patience: patienceOf(options),
    toTheEnd: wait,
    onChange: say,
  })
  if (standing === undefined)
    throw new Trouble(`The Broker has it, but nobody has judged it yet. The run would be ${name}.`)
  if (wait && !isOver(standing)) throw new Trouble(`${name} is not over yet: ${standing.state}.`)
  const { playbook, release, target, parameters } = order
  const about = { playbook: nameOf(playbook), version: release.version, target, parameters }
  const value = { run, ...about, ...standing }
  await print(shell, options.output, { value, table: () => sentence(name, standing) })
  return standing.state === 'succeeded' || !isOver(standing) ? EXIT.yes : EXIT.no
}

/** The order, or how the command ends without one. */
async function orderFrom({ shell, cluster, options }: Sending, name: string): Promise<Order | ExitCode> {
  const given = await givenIn(options)
  const playbook = await readPlaybook(cluster, name)
  const release = releaseOf(playbook, options.release)
  const asked = askedOf(playbook, release)
  const draft = { asked, given, namespace: cluster.namespace, target: targetIn(options, cluster) }
  const lacking = shell.ask === undefined ? lackingIn(draft) : []
  if (lacking.length > 0) {
    shell.err(`error: ${nameOf(playbook)} needs more:\n${lacking.map(each => `  ${each}\n`).join('')}`)
    return EXIT.usage
  }
  const { target, parameters } =
    shell.ask === undefined ? { target: draft.target, parameters: given } : await fill(shell.ask, draft)
  const verdict = judgeParameters(asked.compiled, { ...asked.proposal, target, given: parameters })
  if (verdict.ok) return { playbook, release, target, parameters }
  await print(shell, options.output, { value: verdict, table: () => faultTable(verdict) })
  return EXIT.no
}

/** 1 where it is refused or, with --wait, ends otherwise than well; 2 where flags lack and nobody is there to ask. */
export async function run(shell: Shell, name: string, options: RunOptions): Promise<ExitCode> {
  patienceOf(options)
  await using cluster = openCluster(shell, options)
  const sending = { shell, cluster, options }
  const order = await orderFrom(sending, name)
  if (typeof order === 'number') return order
  const isWanted = shell.ask === undefined || options.yes === true || (await isConfirmed(shell.ask, order))
  // Awaited here: the connection closes when this returns.
  if (isWanted) return await send(sending, order)
  shell.err('Nothing was sent.\n')
  return EXIT.no
}
