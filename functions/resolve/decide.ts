// Whether a ResolutionRequest is ours to answer, and how long there is for it; pure.

import { isAnswered, type ResolutionRequest, typeOf } from '../../shared/resolution/request.ts'

export type Verdict =
  | { readonly kind: 'answer'; readonly type: string; readonly timeLeft: number }
  | { readonly kind: 'ignore'; readonly why: 'gone' | 'answered' | 'not ours' | 'too late' }

export interface Circumstances {
  /** The types that this deployment answers. */
  readonly types: readonly string[]
  /** Milliseconds since 1970. */
  readonly now: number
  /** Milliseconds that Tekton waits for an answer. */
  readonly globalTimeout: number
}

/** The request as it is now; what its event said does not matter. */
export function decide(request: ResolutionRequest | undefined, circumstances: Circumstances): Verdict {
  if (request === undefined || request.metadata.deletionTimestamp !== undefined)
    return { kind: 'ignore', why: 'gone' }
  if (isAnswered(request)) return { kind: 'ignore', why: 'answered' }
  const type = typeOf(request)
  // A leader change makes Tekton's controllers hand every request to every resolver; ours look at the label themselves.
  if (type === undefined || !circumstances.types.includes(type)) return { kind: 'ignore', why: 'not ours' }
  const created = Date.parse(request.metadata.creationTimestamp ?? '')
  const age = circumstances.now - (Number.isNaN(created) ? circumstances.now : created)
  // A clock behind the API server's gives no request more time than Tekton does.
  const timeLeft = circumstances.globalTimeout - Math.max(0, age)
  return timeLeft > 0 ? { kind: 'answer', type, timeLeft } : { kind: 'ignore', why: 'too late' }
}
