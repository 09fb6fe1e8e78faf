// What becomes of an analysis that was posted: its run, or the refusal that `notify` keeps.

import { setTimeout as pause } from 'node:timers/promises'
import { ledgerName } from '../../shared/channels/ledgers.ts'
import { TYPE } from '../../shared/events/contract.ts'
import { replyId } from '../../shared/events/identity.ts'
import { sourceOf } from '../../shared/events/reply.ts'
import { eventFromText } from '../../shared/events/text.ts'
import type { RemediationRejected } from '../../shared/events/types.ts'
import { KubernetesError } from '../../shared/kubernetes/errors.ts'
import { type KubernetesObject, leases, pipelineRuns } from '../../shared/kubernetes/resources.ts'
import { denialOf } from '../../shared/remediation/denial.ts'
import { ANNOTATION, endingOf, type PipelineRun } from '../../shared/remediation/marks.ts'
import type { Cluster } from '../cluster.ts'
import { stateOf } from '../runs/find.ts'

export interface Sent {
  readonly analysis: { readonly source: string; readonly id: string }
  readonly run: { readonly namespace: string; readonly name: string }
  readonly systemNamespace: string
}

export interface Standing {
  /** As `playbook runs` says it; `rejected` where there is no run, `denied` where it will not run. */
  readonly state: string
  readonly reason?: string
  readonly message?: string
  readonly faults?: RemediationRejected['faults']
}

const PAUSE_MS = 500

/** A run that is over, one way or another, changes no more. */
export function isOver({ state }: Standing): boolean {
  return ['rejected', 'denied', 'succeeded', 'failed', 'cancelled'].includes(state)
}

function standingOf(run: PipelineRun): Standing {
  const denial = denialOf(run)
  if (denial !== undefined) return { state: 'denied', reason: denial.reason, message: denial.message }
  const ending = endingOf(run)
  if (ending !== undefined) return { state: ending.finish, reason: ending.reason, message: ending.message }
  const why = run.metadata.annotations?.[ANNOTATION.waitsFor]
  return { state: stateOf(run), ...(why === undefined ? {} : { message: why }) }
}

/** The refusals that are about no run have ledgers, and their names follow from the analysis. */
function refusalsOf({ analysis, systemNamespace: namespace }: Sent) {
  const from = (name: string, cause: { source: string; id: string }, type: string) => ({
    source: sourceOf(name),
    id: replyId(cause, type),
  })
  const rejected = from('validate', analysis, TYPE.rejected)
  const denied = from('execute', from('validate', analysis, TYPE.validated), TYPE.denied)
  return [
    { state: 'rejected', key: { namespace, name: ledgerName(rejected) } },
    { state: 'denied', key: { namespace, name: ledgerName(denied) } },
  ]
}

/** Undefined where nothing is kept; where its Leases may not be read, nobody knows. */
async function readRefusal({ kubernetes }: Cluster, sent: Sent): Promise<Standing | undefined> {
  for (const { state, key } of refusalsOf(sent)) {
    const lease = await kubernetes.get<KubernetesObject>(leases, key).catch(error => {
      if (error instanceof KubernetesError && error.status === 403) return undefined
      throw error
    })
    const text = lease?.metadata.annotations?.[ANNOTATION.event]
    if (text === undefined) continue
    const { reason, message, faults } = eventFromText(text).data as RemediationRejected
    return { state, reason, message, ...(faults === undefined ? {} : { faults }) }
  }
  return undefined
}

export interface Following {
  /** Milliseconds. */
  readonly patience: number
  /** Until it is over, not only until there is a verdict. */
  readonly toTheEnd: boolean
  readonly onChange: (standing: Standing) => void
}

/** Asked again and again, for who looks at one run for a while need not watch all; undefined where nothing was found. */
export async function follow(
  cluster: Cluster,
  sent: Sent,
  { patience, toTheEnd, onChange }: Following,
): Promise<Standing | undefined> {
  const signal = AbortSignal.timeout(patience)
  let last: Standing | undefined
  for (;;) {
    const run = await cluster.kubernetes.get<PipelineRun>(pipelineRuns, sent.run)
    const seen = run === undefined ? await readRefusal(cluster, sent) : standingOf(run)
    if (seen !== undefined && seen.state !== last?.state) onChange(seen)
    last = seen ?? last
    if ((last !== undefined && (!toTheEnd || isOver(last))) || signal.aborted) return last
    await pause(PAUSE_MS, undefined, { signal }).catch(() => undefined)
  }
}
