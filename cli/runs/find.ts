// The runs of remediations: one by its name or the beginning of it, and how each stands.

import { pipelineRuns } from '../../shared/kubernetes/resources.ts'
import { endingOf, isOurs, isPending, LABEL, type PipelineRun } from '../../shared/remediation/marks.ts'
import type { Cluster } from '../cluster.ts'
import { Trouble } from '../shell.ts'

/** Throws Trouble where there is none, or more than one. */
export async function findRun({ kubernetes, namespace: usual }: Cluster, text: string): Promise<PipelineRun> {
  const [namespace = '', name = ''] = text.includes('/') ? text.split('/', 2) : [usual, text]
  const exact = await kubernetes.get<PipelineRun>(pipelineRuns, { namespace, name })
  if (exact !== undefined && isOurs(exact)) return exact
  if (exact !== undefined) throw new Trouble(`${namespace}/${name} is no run of a remediation: use tkn.`)
  const { items } = await kubernetes.list<PipelineRun>(pipelineRuns, {
    namespace,
    labelSelector: LABEL.correlation,
  })
  const [found, ...others] = items.filter(run => isOurs(run) && run.metadata.name.startsWith(name))
  if (found === undefined || name === '') throw new Trouble(`There is no run ${namespace}/${name}.`)
  if (others.length > 0)
    throw new Trouble(`${text} is the beginning of ${others.length + 1} runs: write more of it.`)
  return found
}

/** In a word: `approval`, `queue`, `running`, `succeeded`, `failed`, `cancelled`. */
export function stateOf(run: PipelineRun): string {
  const ending = endingOf(run)
  if (ending !== undefined) return ending.finish
  if (!isPending(run)) return run.spec.status === 'Cancelled' ? 'cancelling' : 'running'
  return run.metadata.labels?.[LABEL.waiting] ?? 'pending'
}
