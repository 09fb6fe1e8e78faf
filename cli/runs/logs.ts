// `playbook logs`: what the steps of a run wrote.

import { KubernetesError } from '../../shared/kubernetes/errors.ts'
import { type Cluster, type ClusterOptions, openCluster } from '../cluster.ts'
import { type Format, print } from '../output.ts'
import { EXIT, type ExitCode, type Shell, Trouble } from '../shell.ts'
import { findRun } from './find.ts'
import { followLogs } from './follow-logs.ts'
import { podsOf, read, type Step, stepsOf } from './pods.ts'

export interface LogsOptions extends ClusterOptions {
  readonly output: Format
  /** Only the last lines of each step. */
  readonly tail?: string
  readonly follow?: boolean
}

interface StepLog extends Omit<Step, 'path'> {
  /** Missing where the step has not begun, or was never to. */
  readonly log?: string
}

async function logOf(cluster: Cluster, { path, ...step }: Step, tail: string): Promise<StepLog> {
  try {
    return { ...step, log: await read(cluster, path + tail) }
  } catch (error) {
    // A container that waits has none yet.
    if (error instanceof KubernetesError && error.status === 400) return step
    throw error
  }
}

function textOf(logs: readonly StepLog[]): string {
  return logs
    .flatMap(({ task, step, log }) => {
      const lines = log === undefined ? ['(has not begun)'] : log.trimEnd().split('\n')
      return lines.map(line => `[${task} : ${step}] ${line}`)
    })
    .join('\n')
}

/** With `follow`, 1 where the run ends otherwise than well. */
export async function logs(shell: Shell, name: string, options: LogsOptions): Promise<ExitCode> {
  const { tail, follow = false, output } = options
  if (tail !== undefined && !/^\d+$/.test(tail))
    throw new Trouble(`--tail takes a number of lines, not ${tail}.`)
  const lines = tail === undefined ? '' : `&tailLines=${tail}`
  await using cluster = openCluster(shell, options)
  const { metadata } = await findRun(cluster, name)
  const { namespace = cluster.namespace, name: run } = metadata
  if (follow) return await followLogs(shell, cluster, { run: { namespace, name: run }, tail: lines, output })
  const pods = await podsOf(cluster, namespace, run)
  if (pods.length === 0)
    throw new Trouble(`${namespace}/${run} has no pods: it has not begun, or they were removed.`)
  const found: StepLog[] = []
  for (const step of pods.flatMap(pod => stepsOf(namespace, pod)))
    found.push(await logOf(cluster, step, lines))
  await print(shell, output, { value: { steps: found }, table: () => textOf(found) })
  return EXIT.yes
}
