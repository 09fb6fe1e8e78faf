// The pods of a run, and where the logs of their steps are.

import { refusalOf } from '../../shared/kubernetes/errors.ts'
import type { Cluster } from '../cluster.ts'

export interface Pod {
  readonly metadata: {
    readonly name: string
    readonly creationTimestamp?: string
    readonly labels?: Readonly<Record<string, string>>
  }
  readonly spec: { readonly containers: readonly { readonly name: string }[] }
}

/** One step of one task, in its container. */
export interface Step {
  readonly task: string
  readonly step: string
  readonly pod: string
  /** Of its log in the API, without a query. */
  readonly path: string
}

/** Tekton's label and its prefix for the containers of steps (https://tekton.dev/docs/pipelines/labels/). */
const TASK = 'tekton.dev/pipelineTask'
const STEP = /^step-/

export async function read({ ask }: Cluster, path: string): Promise<string> {
  const { status, text } = await ask({ method: 'GET', path, accept: '*/*' })
  if (status >= 300) throw refusalOf(status, text)
  return text
}

/** In the order in which they were created. */
export async function podsOf(cluster: Cluster, namespace: string, run: string): Promise<Pod[]> {
  const selector = encodeURIComponent(`tekton.dev/pipelineRun=${run}`)
  const text = await read(cluster, `/api/v1/namespaces/${namespace}/pods?labelSelector=${selector}`)
  const { items } = JSON.parse(text) as { items: Pod[] }
  const created = ({ metadata }: Pod): string => metadata.creationTimestamp ?? ''
  return items.toSorted((one, other) => created(one).localeCompare(created(other)))
}

/** In the order in which they run. */
export function stepsOf(namespace: string, { metadata, spec }: Pod): Step[] {
  return spec.containers
    .filter(({ name }) => STEP.test(name))
    .map(({ name }) => ({
      task: metadata.labels?.[TASK] ?? '',
      step: name.replace(STEP, ''),
      pod: metadata.name,
      path: `/api/v1/namespaces/${namespace}/pods/${metadata.name}/log?container=${name}`,
    }))
}
