// What the cluster says of a Playbook that was just written: waited for, and told.

import { KubernetesError } from '../../shared/kubernetes/errors.ts'
import { playbooks } from '../../shared/kubernetes/resources.ts'
import { type Finding, nameOf, type Playbook, readyCondition } from '../../shared/playbook/playbook.ts'
import type { Cluster } from '../cluster.ts'
import { durationOf } from '../duration.ts'
import { Trouble } from '../shell.ts'
import { readiness } from './read.ts'

export interface Waiting {
  /** How long to wait for the verdict, as a Go duration. */
  readonly wait: string
}

export interface Verdict {
  /** `namespace/name`. */
  readonly playbook: string
  readonly ready: boolean
  readonly version: string | undefined
  readonly digest: string | undefined
  readonly reason: string | undefined
  readonly message: string | undefined
  readonly findings: readonly Finding[]
}

/** Milliseconds. Throws Trouble. */
export function patienceOf({ wait }: Waiting): number {
  return durationOf('--wait', wait, '30s')
}

/** Says of a write that is refused who may do it. */
export async function allowed<T>(written: Promise<T>, { namespace }: Playbook['metadata']): Promise<T> {
  return await written.catch(error => {
    if (!(error instanceof KubernetesError) || error.status !== 403) throw error
    throw new Trouble(
      `${error.message}\nWhoever may create pipelineruns in ${namespace} may register Playbooks there.`,
    )
  })
}

function isJudged(playbook: Playbook): boolean {
  return readiness(playbook) !== 'not looked at yet' && readyCondition(playbook)?.status !== 'Unknown'
}

/** The Playbook once the cluster has judged it; as it was last seen where that takes too long. */
async function settled({ kubernetes }: Cluster, playbook: Playbook, patience: number): Promise<Playbook> {
  const { namespace, name } = playbook.metadata
  let last = (await kubernetes.get<Playbook>(playbooks, { namespace, name })) ?? playbook
  const signal = AbortSignal.timeout(patience)
  const resourceVersion = last.metadata.resourceVersion ?? '0'
  if (isJudged(last)) return last
  const changes = kubernetes.watch<Playbook>(playbooks, { namespace, resourceVersion, signal })
  try {
    for await (const { object } of changes) {
      if (object.metadata.name !== name) continue
      last = object
      if (isJudged(last)) return last
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
  return last
}

/** Waits for at most `patience` milliseconds. Throws Trouble where nobody judges it. */
export async function judged(cluster: Cluster, written: Playbook, patience: number): Promise<Verdict> {
  const playbook = await settled(cluster, written, patience)
  if (!isJudged(playbook))
    throw new Trouble(
      `${nameOf(playbook)} is applied, but nobody has judged it within ${patience / 1000} s: does register run?`,
    )
  const { version, digest, findings = [] } = playbook.status ?? {}
  const { status, reason, message } = readyCondition(playbook) ?? {}
  return { playbook: nameOf(playbook), ready: status === 'True', version, digest, reason, message, findings }
}

export function textOf({ playbook, ready, version, digest, reason, message, findings }: Verdict): string {
  return [
    ready
      ? `${playbook} ${version} is registered as ${digest}.`
      : `${playbook} is refused: ${reason}: ${message}`,
    ...findings.map(({ severity, rule, message }) => `  ${severity} ${rule}: ${message}`),
  ].join('\n')
}
