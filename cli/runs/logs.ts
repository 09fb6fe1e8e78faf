// `playbook logs`: what the steps of a run wrote.

import { KubernetesError, refusalOf } from '../../shared/kubernetes/errors.ts'
import { type Cluster, type ClusterOptions, openCluster } from '../cluster.ts'
import { type Format, print } from '../output.ts'
import { EXIT, type ExitCode, type Shell, Trouble } from '../shell.ts'
import { findRun } from './find.ts'

export interface LogsOptions extends ClusterOptions {
  readonly output: Format
  /** Only the last lines of each step. */
  readonly tail?: string
}

interface Pod {
  readonly metadata: {
    readonly name: string
    readonly creationTimestamp?: string
    readonly labels?: Readonly<Record<string, string>>
  }
  readonly spec: { readonly containers: readonly { readonly name: string }[] }
}

interface StepLog {
  readonly task: string
  readonly step: string
  readonly pod: string
  /** Missing where the step has not begun, or was never to. */
  readonly log?: string
}

/** Tekton's label and its prefix for the containers of steps (https://tekton.dev/docs/pipelines/labels/). */
const TASK = 'tekton.dev/pipelineTask'
const STEP = /^step-/

async function read({ ask }: Cluster, path: string): Promise<string> {
  const { status, text } = await ask({ method: 'GET', path, accept: '*/*' })
  if (status >= 300) throw refusalOf(status, text)
  return text
}

async function podsOf(cluster: Cluster, namespace: string, run: string): Promise<Pod[]> {
  const selector = encodeURIComponent(`tekton.dev/pipelineRun=${run}`)
  const text = await read(cluster, `/api/v1/namespaces/${namespace}/pods?labelSelector=${selector}`)
  const { items } = JSON.parse(text) as { items: Pod[] }
  const created = ({ metadata }: Pod): string => metadata.creationTimestamp ?? ''
  return items.toSorted((one, other) => created(one).localeCompare(created(other)))
}

interface Container {
  readonly namespace: string
  readonly pod: Pod
  readonly name: string
}

async function logOf(cluster: Cluster, { namespace, pod, name }: Container, tail: string): Promise<StepLog> {
  const step = {
    task: pod.metadata.labels?.[TASK] ?? '',
    step: name.replace(STEP, ''),
    pod: pod.metadata.name,
  }
  const path = `/api/v1/namespaces/${namespace}/pods/${pod.metadata.name}/log?container=${name}${tail}`
  try {
    return { ...step, log: await read(cluster, path) }
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

export async function logs(shell: Shell, name: string, options: LogsOptions): Promise<ExitCode> {
  const { tail } = options
  if (tail !== undefined && !/^\d+$/.test(tail))
    throw new Trouble(`--tail takes a number of lines, not ${tail}.`)
  await using cluster = openCluster(shell, options)
  const { metadata } = await findRun(cluster, name)
  const namespace = metadata.namespace ?? cluster.namespace
  const pods = await podsOf(cluster, namespace, metadata.name)
  if (pods.length === 0)
    throw new Trouble(`${namespace}/${metadata.name} has no pods: it has not begun, or they were removed.`)
  const containers = pods.flatMap(pod =>
    pod.spec.containers
      .filter(container => STEP.test(container.name))
      .map(container => ({ namespace, pod, name: container.name })),
  )
  const lines = tail === undefined ? '' : `&tailLines=${tail}`
  const found: StepLog[] = []
  for (const container of containers) found.push(await logOf(cluster, container, lines))
  await print(shell, options.output, { value: { steps: found }, table: () => textOf(found) })
  return EXIT.yes
}
