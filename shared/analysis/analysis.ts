// What an analysis says, once read: what it decided, or why there is no decision to act on.

import type { Target } from '../remediation/target.ts'

/** One playbook that the analysis would run. */
export interface Candidate {
  /** A name, an id that a Playbook has as an alias, or a bundle reference. */
  readonly playbook: string
  /** What else the analysis calls it, the most telling first. */
  readonly otherNames: readonly string[]
  readonly version?: string
  readonly bundle?: string
  /** `sha256:…`, from its own key or from the bundle reference. */
  readonly digest?: string
  /** Undefined where the analysis gave none; validation then says which are required. */
  readonly parameters: Readonly<Record<string, unknown>> | undefined
  /** From 0 to 1; anything else that the analysis wrote is left out. */
  readonly confidence?: number
  /** It wrote one that is none: then no other stands in for it. */
  readonly isUnsure?: boolean
  readonly selected?: boolean
  readonly rationale?: string
  /** What is said against this candidate alone. */
  readonly refusal?: SelfRefusal
  readonly approvalRequired?: boolean
  /** Why the parameters could not be read, as a sentence. */
  readonly parametersFault?: string
  /** Why the digest could not be believed, as a sentence. */
  readonly digestFault?: string
}

/** The state of the target that the analysis looked at; it is only about that one. */
export interface Observed {
  readonly generation?: number
  readonly resourceVersion?: string
}

/** What is known of the case whether or not there is a decision. */
export interface Findings {
  /** The analysis service's own id of the case. */
  readonly id?: string
  /** What is to be changed; absent where the analysis did not find out. */
  readonly target?: Target
  readonly observed?: Observed
  readonly severity?: string
  readonly summary?: string
  readonly confidence?: number
}

export interface Analysis extends Findings {
  readonly kind: 'decision'
  /** All of `strategies[]`, or the one selected workflow; never empty. */
  readonly candidates: readonly Candidate[]
  readonly approvalRequired: boolean
  readonly approvalReason?: string
}

export type NoDecisionReason =
  | 'Unreadable'
  | 'NoPlaybookChosen'
  | 'NeedsHumanReview'
  | 'NotActionable'
  | 'NotCompleted'
  | 'Tie'
  | 'Contradictory'

/** Why an analysis says itself that nothing is to be run. */
export interface SelfRefusal {
  readonly reason: NoDecisionReason
  readonly message: string
}

/** Nothing to run; the message is a sentence that says what to do. */
export interface NoDecision extends Findings {
  readonly kind: 'none'
  readonly reason: NoDecisionReason
  readonly message: string
}
