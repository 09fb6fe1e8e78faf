// `playbook rollback`: a playbook goes back to a version that was registered before.

import { playbooks } from '../../shared/kubernetes/resources.ts'
import { currentRelease, nameOf, type Playbook, type Release } from '../../shared/playbook/playbook.ts'
import { type ClusterOptions, openCluster } from '../cluster.ts'
import { type Format, print } from '../output.ts'
import { EXIT, type ExitCode, type Shell } from '../shell.ts'
import { drawTable } from '../table.ts'
import { type Change, changeTo, earlierRelease } from './earlier.ts'
import { readiness, readPlaybook } from './read.ts'
import { allowed, judged, patienceOf, textOf, type Waiting } from './verdict.ts'

export interface RollbackOptions extends ClusterOptions, Waiting {
  readonly output: Format
  /** A version or a digest. */
  readonly to?: string
  readonly yes?: boolean
}

interface Step {
  readonly playbook: Playbook
  readonly from: Release | undefined
  readonly to: Release
  readonly change: Change
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return '-'
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function namesIn(release: Release | undefined): string {
  const { properties = {} } = (release?.schema ?? {}) as { readonly properties?: object }
  return Object.keys(properties).sort().join(' ')
}

/** What a person weighs: the versions, what is asked of an analysis, and each field that is written. */
function tableOf({ playbook, from, to, change }: Step): string {
  const spec: Readonly<Record<string, unknown>> = { ...playbook.spec }
  const { parameters: _, ...fields } = change
  const isOther = from?.schemaDigest !== to.schemaDigest
  return drawTable([
    ['', 'NOW', 'THEN'],
    ['version', shown(from?.version), to.version],
    ['digest', shown(from?.digest), to.digest],
    ...(isOther ? [['parameters', namesIn(from), namesIn(to)]] : []),
    ...Object.entries(fields).map(([field, value]) => [`spec.${field}`, shown(spec[field]), shown(value)]),
  ])
}

function askerOf({ ask }: Shell, { yes = false }: RollbackOptions): Shell['ask'] {
  return yes ? undefined : ask
}

async function isWanted(shell: Shell, step: Step, options: RollbackOptions): Promise<boolean> {
  const ask = askerOf(shell, options)
  if (ask === undefined) return true
  shell.err(`${tableOf(step)}\n`)
  const text = `Roll ${nameOf(step.playbook)} back to ${step.to.version}?`
  return (await ask({ text, choices: ['yes', 'no'], fault: () => undefined })) === 'yes'
}

function isThere({ playbook, from, to }: Step): boolean {
  const isCurrent = from?.version === to.version && from.digest === to.digest
  return isCurrent && readiness(playbook) === 'True'
}

function summaryOf({ from, to, change }: Step) {
  const short = (release: Release | undefined) =>
    release === undefined ? null : { version: release.version, digest: release.digest }
  return { from: short(from), to: short(to), change }
}

/** 1 where it is not confirmed, or the cluster refuses it: what was registered before runs on. */
export async function rollback(shell: Shell, name: string, options: RollbackOptions): Promise<ExitCode> {
  const patience = patienceOf(options)
  await using cluster = openCluster(shell, options)
  const playbook = await readPlaybook(cluster, name)
  const to = earlierRelease(playbook, options.to)
  const step = { playbook, from: currentRelease(playbook), to, change: changeTo(playbook, to) }
  if (isThere(step)) {
    const value = { playbook: nameOf(playbook), ...summaryOf(step), change: {} }
    await print(shell, options.output, {
      value,
      table: () => `${value.playbook} unchanged: it is at ${to.version} already.`,
    })
    return EXIT.yes
  }
  if (!(await isWanted(shell, step, options))) {
    shell.err('Nothing was changed.\n')
    return EXIT.no
  }
  const { resourceVersion, namespace, name: own } = playbook.metadata
  // Only as it was read: nobody else's change is written over.
  const patch = { metadata: { resourceVersion }, spec: step.change }
  const write = cluster.kubernetes.patch<Playbook>(playbooks, { namespace, name: own }, patch)
  const verdict = await judged(cluster, await allowed(write, playbook.metadata), patience)
  await print(shell, options.output, {
    value: { ...verdict, ...summaryOf(step) },
    // Whoever was asked has seen it.
    table: () =>
      askerOf(shell, options) === undefined
        ? [tableOf(step), '', textOf(verdict)].join('\n')
        : textOf(verdict),
  })
  return verdict.ready ? EXIT.yes : EXIT.no
}
