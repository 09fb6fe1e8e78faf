// `playbook list` and `playbook show`: which playbooks there are, and what is known of one.

import { playbooks } from '../../shared/kubernetes/resources.ts'
import { type Playbook, readyCondition } from '../../shared/playbook/playbook.ts'
import { ageOf } from '../age.ts'
import { type ClusterOptions, openCluster } from '../cluster.ts'
import { type Format, print } from '../output.ts'
import { EXIT, type ExitCode, type Shell } from '../shell.ts'
import { drawTable } from '../table.ts'
import { readiness, readPlaybook } from './read.ts'

export interface ListOptions extends ClusterOptions {
  readonly output: Format
  readonly allNamespaces?: boolean
}

function summaryOf(playbook: Playbook) {
  const { metadata, spec, status = {} } = playbook
  const { version, digest } = status
  return {
    namespace: metadata.namespace ?? 'default',
    name: metadata.name,
    ...(spec.bundle === undefined ? { image: spec.image } : { bundle: spec.bundle }),
    ...(version === undefined ? {} : { version }),
    ...(digest === undefined ? {} : { digest }),
    ready: readiness(playbook),
    suspended: spec.suspended === true,
    created: metadata.creationTimestamp,
  }
}

export async function list(shell: Shell, options: ListOptions): Promise<ExitCode> {
  await using cluster = openCluster(shell, options)
  const namespace = options.allNamespaces === true ? undefined : cluster.namespace
  const { items } = await cluster.kubernetes.list<Playbook>(playbooks, { namespace })
  const found = items.map(summaryOf)
  const rows = found.map(each => [
    each.namespace,
    each.name,
    each.version ?? '',
    each.suspended ? 'suspended' : each.ready,
    ageOf(each.created, shell.now()),
  ])
  const where = namespace === undefined ? 'this cluster' : `the namespace ${namespace}`
  await print(shell, options.output, {
    value: { playbooks: found },
    table: () =>
      rows.length === 0
        ? `There is no Playbook in ${where}.`
        : drawTable([['NAMESPACE', 'NAME', 'VERSION', 'READY', 'AGE'], ...rows]),
  })
  return EXIT.yes
}

function textOf(playbook: Playbook): string {
  const { metadata, spec, status = {} } = playbook
  const { description = {} } = spec
  const facts: [string, string | undefined][] = [
    ['Name', `${metadata.namespace ?? 'default'}/${metadata.name}`],
    ['Version', status.version],
    ['Ready', readiness(playbook)],
    ['Why', readyCondition(playbook)?.message],
    ['Bundle', status.bundle ?? spec.bundle],
    ['Image', status.image ?? spec.image],
    ['What', description.what],
    ['Use it', description.whenToUse],
    ['Not', description.whenNotToUse],
    ['Account', spec.serviceAccountName],
    ['Timeout', spec.timeout],
    ['Cooldown', spec.cooldown],
    ['Approval', spec.approval],
  ]
  const known = facts.filter(([, value]) => value !== undefined && value !== '')
  const parameters = (status.parameters ?? []).map(({ name, type, required }) => [
    name,
    type,
    required ? 'yes' : 'no',
  ])
  const findings = (status.findings ?? []).map(({ severity, rule, message }) => [severity, rule, message])
  const history = (status.history ?? []).map(({ version, digest, registeredAt }) => [
    version,
    digest,
    registeredAt,
  ])
  const tables = [
    [['PARAMETER', 'TYPE', 'REQUIRED'], parameters],
    [['SEVERITY', 'RULE', 'FINDING'], findings],
    [['VERSION', 'DIGEST', 'REGISTERED'], history],
  ] as const
  return [
    drawTable(known.map(([name, value]) => [`${name}:`, value ?? ''])),
    ...tables.filter(([, rows]) => rows.length > 0).map(([head, rows]) => drawTable([head, ...rows])),
  ].join('\n\n')
}

/** In JSON and YAML it is the object, as kubectl gives it. */
export async function show(
  shell: Shell,
  name: string,
  options: ClusterOptions & { readonly output: Format },
): Promise<ExitCode> {
  await using cluster = openCluster(shell, options)
  const playbook = await readPlaybook(cluster, name)
  await print(shell, options.output, { value: playbook, table: () => textOf(playbook) })
  return EXIT.yes
}
