// What becomes of a person's wish to approve or deny a run, as the run stands: pure.

import { type Approval, approvalOf } from '../../shared/remediation/approval.ts'
import { denialOf, EXPIRY } from '../../shared/remediation/denial.ts'
import {
  ANNOTATION,
  endingOf,
  isOurs,
  isPending,
  type PipelineRun,
  writtenOn,
} from '../../shared/remediation/marks.ts'

export interface Wish {
  readonly verb: 'approve' | 'deny'
  /** The person's own user name. */
  readonly me: string
  readonly now: number
  readonly reason?: string | undefined
  /** The run that is meant, where another of its name may have come meanwhile. */
  readonly uid?: string | undefined
}

export type Decided =
  | { readonly kind: 'write'; readonly patch: { readonly metadata: object; readonly spec?: object } }
  /** It is so already. */
  | { readonly kind: 'unchanged'; readonly why: string }
  | { readonly kind: 'refused'; readonly why: string }

const refused = (why: string): Decided => ({ kind: 'refused', why })
const unchanged = (why: string): Decided => ({ kind: 'unchanged', why })

function write({ verb, me, reason }: Wish, uid: string | undefined): Decided {
  // The uid is a precondition beside the resourceVersion: never another run of that name.
  const because = reason === undefined ? {} : { [ANNOTATION.deniedBecause]: reason }
  if (verb === 'deny') {
    const annotations = { [ANNOTATION.deniedBy]: me, ...because }
    return { kind: 'write', patch: { metadata: { uid, annotations }, spec: { status: 'Cancelled' } } }
  }
  // Not released here: `execute` lets it go when its target is free, and never beside another run.
  return { kind: 'write', patch: { metadata: { uid, annotations: { [ANNOTATION.approvedBy]: me } } } }
}

function decideOver(run: PipelineRun, wish: Wish): Decided {
  const ending = endingOf(run)
  const denial = denialOf(run)
  const approver = writtenOn(run, ANNOTATION.approvedBy)
  if (denial !== undefined) {
    const why = denial.by === EXPIRY ? 'its time was over' : `it was denied by ${denial.by}`
    return wish.verb === 'deny' ? unchanged(why) : refused(why)
  }
  if (ending !== undefined) return refused(`it has ended: ${ending.finish}`)
  if (isPending(run) && wish.verb === 'deny') return write(wish, run.metadata.uid)
  if (wish.verb === 'deny') return refused('it has started: cancel it instead')
  if (approver !== undefined) return unchanged(`it was approved by ${approver}`)
  return unchanged(isPending(run) ? 'it waits for its turn, not for a person' : 'it has started')
}

function decideAsked(approval: Approval, run: PipelineRun, wish: Wish): Decided {
  const isDeny = wish.verb === 'deny'
  switch (approval.kind) {
    case 'asked':
      return write(wish, run.metadata.uid)
    case 'approved':
      return isDeny ? write(wish, run.metadata.uid) : unchanged(`it was approved by ${approval.by}`)
    case 'denied':
      return (isDeny ? unchanged : refused)(`it was denied by ${approval.by}`)
    case 'expired':
      return (isDeny ? unchanged : refused)(`its time was over at ${approval.at}`)
    case 'over':
      return decideOver(run, wish)
  }
}

export function decideWish(run: PipelineRun | undefined, wish: Wish): Decided {
  if (run === undefined) return refused('there is no such run')
  if (!isOurs(run)) return refused('it is no remediation')
  if (wish.uid !== undefined && wish.uid !== run.metadata.uid)
    return refused(`it is another run now: its uid is ${run.metadata.uid}`)
  return decideAsked(approvalOf(run, wish.now), run, wish)
}
