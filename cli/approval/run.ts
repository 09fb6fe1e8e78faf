// `playbook approve` and `playbook deny`: as the person whom the kubeconfig names, who must have the right to.

import type { Kubernetes } from '../../shared/kubernetes/client.ts'
import { isConflict, KubernetesError } from '../../shared/kubernetes/errors.ts'
import { pipelineRuns } from '../../shared/kubernetes/resources.ts'
import { LABEL, type PipelineRun, RUN_PREFIX } from '../../shared/remediation/marks.ts'
import { type Cluster, type ClusterOptions, openCluster } from '../cluster.ts'
import { type Format, print } from '../output.ts'
import { EXIT, type ExitCode, type Shell, Trouble } from '../shell.ts'
import { type Decided, decideWish, type Wish } from './decide.ts'

export interface ApprovalOptions extends ClusterOptions {
  readonly output: Format
  readonly reason?: string
  readonly uid?: string
}

interface Key {
  readonly namespace: string
  readonly name: string
}

const ATTEMPTS = 5
const WHOLE_NAME = /^rem-[0-9a-f]{40}$/

/** `namespace/name` or `name`; of a run that waits, the beginning of its name is enough. */
async function keyOf({ kubernetes, namespace: usual }: Cluster, text: string): Promise<Key> {
  const [namespace = '', name = ''] = text.includes('/') ? text.split('/', 2) : [usual, text]
  if (!name.startsWith(RUN_PREFIX) || WHOLE_NAME.test(name)) return { namespace, name }
  const labelSelector = `${LABEL.waiting}`
  const { items } = await kubernetes.list<PipelineRun>(pipelineRuns, { namespace, labelSelector })
  const [found, ...others] = items.filter(run => run.metadata.name.startsWith(name))
  if (found === undefined) return { namespace, name }
  if (others.length > 0)
    throw new Trouble(`${text} is the beginning of ${others.length + 1} runs: write more of it.`)
  return { namespace, name: found.metadata.name }
}

interface Outcome {
  readonly run: Key
  readonly result: 'approved' | 'denied' | 'unchanged' | 'refused'
  readonly message: string
}

function outcomeOf(run: Key, decided: Decided, { verb, me }: Wish): Outcome {
  if (decided.kind !== 'write') return { run, result: decided.kind, message: decided.why }
  if (verb === 'deny') return { run, result: 'denied', message: `as ${me}` }
  return { run, result: 'approved', message: `as ${me}: it starts when its target is free` }
}

/** Judges the run as it stands and writes only onto that; whoever was faster is seen, and judged anew. */
async function bringAbout(kubernetes: Kubernetes, key: Key, wish: Wish): Promise<Outcome> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const run = await kubernetes.get<PipelineRun>(pipelineRuns, key)
    const decided = decideWish(run, wish)
    if (decided.kind !== 'write' || run === undefined) return outcomeOf(key, decided, wish)
    const { resourceVersion } = run.metadata
    try {
      await kubernetes.patch(pipelineRuns, key, decided.patch, { resourceVersion })
      return outcomeOf(key, decided, wish)
    } catch (error) {
      if (!isConflict(error)) throw error
    }
  }
  throw new Trouble(`${key.namespace}/${key.name} changes all the time: try again.`)
}

function explained(error: unknown, { namespace }: Key): unknown {
  if (!(error instanceof KubernetesError) || error.status !== 403) return error
  return new Trouble(
    `${error.message}\nWho may approve and deny in ${namespace} is bound to the ClusterRole playbook-approver there.`,
  )
}

/** Each run by itself: one that is refused keeps no other back. */
export async function speak(
  shell: Shell,
  verb: Wish['verb'],
  { runs, options }: { readonly runs: readonly string[]; readonly options: ApprovalOptions },
): Promise<ExitCode> {
  if (options.uid !== undefined && runs.length > 1)
    throw new Trouble('--uid says which one run is meant: name one.')
  await using cluster = openCluster(shell, options)
  const me = await cluster.whoAmI()
  const { reason, uid } = options
  const outcomes: Outcome[] = []
  for (const text of runs) {
    const key = await keyOf(cluster, text)
    const wish = { verb, me, now: shell.now(), reason, uid }
    const outcome = await bringAbout(cluster.kubernetes, key, wish).catch(error => {
      throw explained(error, key)
    })
    outcomes.push(outcome)
  }
  const line = ({ run, result, message }: Outcome): string =>
    `${run.namespace}/${run.name} ${result}: ${message}`
  await print(shell, options.output, { value: outcomes, table: () => outcomes.map(line).join('\n') })
  return outcomes.some(({ result }) => result === 'refused') ? EXIT.no : EXIT.yes
}
