// `playbook doctor`: whether a cluster has what playbooks need, what puts it right, and how well they do there.

import { KubernetesError } from '../../shared/kubernetes/errors.ts'
import { pipelineRuns, playbooks } from '../../shared/kubernetes/resources.ts'
import type { Playbook } from '../../shared/playbook/playbook.ts'
import { listLocks } from '../../shared/remediation/find-lock.ts'
import { LABEL, type PipelineRun } from '../../shared/remediation/marks.ts'
import { type ClusterOptions, openCluster } from '../cluster.ts'
import { type Format, print } from '../output.ts'
import { EXIT, type ExitCode, type Shell } from '../shell.ts'
import { drawTable } from '../table.ts'
import { type Finding, look, type Patient, warn } from './check.ts'
import { type Metric, metricsOf } from './metrics.ts'
import { PARTS } from './parts.ts'
import { PLATFORM } from './platform.ts'
import { PLAYBOOKS } from './playbooks.ts'
import { RIGHTS } from './rights.ts'

export interface DoctorOptions extends ClusterOptions {
  readonly output: Format
  readonly systemNamespace: string
}

const CHECKS = [...PLATFORM, ...PARTS, ...RIGHTS, ...PLAYBOOKS]

/** What one may not read is left out, and said to be. */
async function readable<T>(
  what: string,
  missing: Finding[],
  read: () => Promise<readonly T[]>,
): Promise<readonly T[]> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof KubernetesError)) throw error
    missing.push(warn('metrics', `${what} may not be read: ${error.message}`))
    return []
  }
}

async function measure(
  { cluster, namespace, systemNamespace }: Patient,
  missing: Finding[],
): Promise<Metric[]> {
  const { kubernetes } = cluster
  const selection = { namespace, labelSelector: LABEL.correlation }
  const readRuns = async () => (await kubernetes.list<PipelineRun>(pipelineRuns, selection)).items
  const readPlaybooks = async () => (await kubernetes.list<Playbook>(playbooks, { namespace })).items
  const locks = await readable('Locks', missing, () => listLocks(kubernetes, systemNamespace))
  const past = locks.flatMap(({ state }) => state.recent)
  const here = past.filter(each => namespace === undefined || each.namespace === namespace)
  return metricsOf({
    runs: await readable('Runs', missing, readRuns),
    playbooks: await readable('Playbooks', missing, readPlaybooks),
    remembered: here.filter(({ outcome }) => outcome !== 'cancelled').map(each => each.correlationId),
  })
}

const COLOUR = { ok: 32, warn: 33, fail: 31 } as const

function paint(shell: Shell, status: Finding['status']): string {
  return shell.isTerminal
    ? `\u001b[${COLOUR[status]}m${status}\u001b[0m${' '.repeat(4 - status.length)}`
    : status
}

function textOf(shell: Shell, findings: readonly Finding[], metrics: readonly Metric[]): string {
  const rows = findings.map(({ check, status, message }) => [paint(shell, status), check, message])
  const fixes = findings.filter(({ fix }) => fix !== undefined).map(({ check, fix }) => [check, fix ?? ''])
  const measured = metrics.map(({ metric, value, unit, goal, status, message }) => [
    paint(shell, status),
    metric,
    value === undefined ? '-' : `${value} ${unit}`,
    goal,
    message,
  ])
  return [
    drawTable([['    ', 'CHECK', 'WHAT'], ...rows]),
    ...(fixes.length === 0 ? [] : [drawTable([['CHECK', 'WHAT PUTS IT RIGHT'], ...fixes])]),
    drawTable([['    ', 'METRIC', 'VALUE', 'GOAL', 'OF WHAT'], ...measured]),
  ].join('\n\n')
}

/** 1 where a check fails; one that cannot be made is a warning. */
export async function doctor(shell: Shell, options: DoctorOptions): Promise<ExitCode> {
  await using cluster = openCluster(shell, options)
  const { systemNamespace, namespace } = options
  const patient: Patient = { cluster, systemNamespace, namespace }
  const findings: Finding[] = []
  for (const check of CHECKS) findings.push(...(await look(check, patient)))
  const metrics = await measure(patient, findings)
  const healthy = findings.every(({ status }) => status !== 'fail')
  await print(shell, options.output, {
    value: { healthy, findings, metrics },
    table: () => textOf(shell, findings, metrics),
  })
  return healthy ? EXIT.yes : EXIT.no
}
