// `playbook runs`: what was done, is being done, and waits.

import { pipelineRuns } from '../../shared/kubernetes/resources.ts'
import { describeRun } from '../../shared/remediation/describe.ts'
import { endingOf, isOurs, LABEL, type PipelineRun } from '../../shared/remediation/marks.ts'
import { ageOf } from '../age.ts'
import { type ClusterOptions, openCluster } from '../cluster.ts'
import { type Format, print } from '../output.ts'
import { EXIT, type ExitCode, type Shell } from '../shell.ts'
import { drawTable } from '../table.ts'
import { stateOf } from './find.ts'

export interface RunsOptions extends ClusterOptions {
  readonly output: Format
  readonly allNamespaces?: boolean
  readonly playbook?: string
  readonly state?: string
}

function summaryOf(run: PipelineRun) {
  const { namespace = 'default', name, creationTimestamp } = run.metadata
  const { playbook, target } = describeRun(run)
  const ending = endingOf(run)
  return {
    namespace,
    name,
    playbook: playbook.name,
    version: playbook.version,
    target,
    state: stateOf(run),
    ...(ending === undefined ? {} : { reason: ending.reason, message: ending.message }),
    created: creationTimestamp,
    started: run.status?.startTime,
    ended: run.status?.completionTime,
  }
}

/** The newest first. */
export async function runs(shell: Shell, options: RunsOptions): Promise<ExitCode> {
  await using cluster = openCluster(shell, options)
  const namespace = options.allNamespaces === true ? undefined : cluster.namespace
  const selection = { namespace, labelSelector: LABEL.correlation }
  const { items } = await cluster.kubernetes.list<PipelineRun>(pipelineRuns, selection)
  const found = items
    .filter(isOurs)
    .map(summaryOf)
    .filter(({ playbook }) => options.playbook === undefined || playbook === options.playbook)
    .filter(({ state }) => options.state === undefined || state === options.state)
    .sort((one, other) => (other.created ?? '').localeCompare(one.created ?? ''))
  const rows = found.map(each => [
    `${each.namespace}/${each.name.slice(0, 16)}`,
    `${each.playbook} ${each.version}`,
    each.target,
    each.state,
    ageOf(each.created, shell.now()),
  ])
  await print(shell, options.output, {
    value: { runs: found },
    table: () =>
      rows.length === 0
        ? 'There is no such run.'
        : drawTable([['RUN', 'PLAYBOOK', 'TARGET', 'STATE', 'AGE'], ...rows]),
  })
  return EXIT.yes
}
