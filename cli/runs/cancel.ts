// `playbook cancel`: ends a run, whether it waits or runs; its target is free again once it has ended.

import type { Kubernetes } from '../../shared/kubernetes/client.ts'
import { isConflict } from '../../shared/kubernetes/errors.ts'
import { pipelineRuns } from '../../shared/kubernetes/resources.ts'
import { endingOf, type PipelineRun } from '../../shared/remediation/marks.ts'
import { type ClusterOptions, openCluster } from '../cluster.ts'
import { type Format, print } from '../output.ts'
import { EXIT, type ExitCode, type Shell, Trouble } from '../shell.ts'
import { findRun } from './find.ts'

export interface CancelOptions extends ClusterOptions {
  readonly output: Format
}

interface Outcome {
  readonly run: { readonly namespace: string; readonly name: string }
  readonly result: 'cancelled' | 'unchanged' | 'refused'
  readonly message: string
}

const ATTEMPTS = 5

/** Written only onto the run as it was read. */
async function cancelOne(kubernetes: Kubernetes, found: PipelineRun): Promise<Outcome> {
  const { namespace = 'default', name } = found.metadata
  const key = { namespace, name }
  let run: PipelineRun | undefined = found
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (run === undefined) return { run: key, result: 'refused', message: 'it is gone' }
    const ending = endingOf(run)
    if (ending?.finish === 'cancelled' || run.spec.status === 'Cancelled')
      return { run: key, result: 'unchanged', message: 'it was cancelled already' }
    if (ending !== undefined)
      return { run: key, result: 'refused', message: `it has ended: ${ending.finish}` }
    const { resourceVersion } = run.metadata
    try {
      await kubernetes.patch(pipelineRuns, key, { spec: { status: 'Cancelled' } }, { resourceVersion })
      return { run: key, result: 'cancelled', message: 'Tekton ends it' }
    } catch (error) {
      if (!isConflict(error)) throw error
      run = await kubernetes.get<PipelineRun>(pipelineRuns, key)
    }
  }
  throw new Trouble(`${namespace}/${name} changes all the time: try again.`)
}

/** 1 where one of them had ended otherwise. */
export async function cancel(
  shell: Shell,
  names: readonly string[],
  options: CancelOptions,
): Promise<ExitCode> {
  await using cluster = openCluster(shell, options)
  const outcomes: Outcome[] = []
  for (const name of names) outcomes.push(await cancelOne(cluster.kubernetes, await findRun(cluster, name)))
  const line = ({ run, result, message }: Outcome): string =>
    `${run.namespace}/${run.name} ${result}: ${message}`
  await print(shell, options.output, { value: outcomes, table: () => outcomes.map(line).join('\n') })
  return outcomes.some(({ result }) => result === 'refused') ? EXIT.no : EXIT.yes
}
