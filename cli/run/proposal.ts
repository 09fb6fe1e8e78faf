// What a person wants to run, as the analysis that asks for it: pure.

import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { TYPE } from '../../shared/events/contract.ts'
import { nameOf } from '../../shared/playbook/playbook.ts'
import { isClusterScoped } from '../../shared/remediation/kinds.ts'
import { normaliseKind, type Target } from '../../shared/remediation/target.ts'
import type { Order } from './order.ts'

export interface Proposal extends Order {
  /** The person's user name. */
  readonly me: string
  readonly reason?: string | undefined
  readonly id: string
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** `Kind/name`, in the usual namespace unless the kind has none, or `namespace/Kind/name`; undefined for anything else. */
export function readTarget(text: string, usual: string): Target | undefined {
  const parts = text.split('/')
  if (parts.length < 2 || parts.length > 3 || parts.includes('')) return undefined
  const [name = '', kind = '', namespace = usual] = parts.toReversed()
  return isClusterScoped(normaliseKind(kind)) ? { kind, name } : { kind, name, namespace }
}

/** The same way as an analysis service asks, so that the same rules hold; the digest is the one that was looked at. */
export function proposalEvent(proposal: Proposal): CloudEvent {
  const { playbook, release, target, parameters, me, reason, id, now } = proposal
  const summary = reason ?? `${me} runs it by hand.`
  return {
    specversion: '1.0',
    id,
    source: `/playbook-cli/${encodeURIComponent(me)}`,
    type: TYPE.analysisCompleted,
    time: new Date(now).toISOString(),
    datacontenttype: 'application/json',
    data: {
      root_cause_analysis: { summary, ...(target === undefined ? {} : { remediation_target: target }) },
      selected_workflow: {
        workflow_id: nameOf(playbook),
        version: release.version,
        execution_bundle_digest: release.digest,
        // A person has decided; whether that is enough is for the policy to say.
        confidence: 1,
        rationale: summary,
        parameters,
      },
    },
  } as CloudEvent
}
