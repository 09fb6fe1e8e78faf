// The data of each event that the system sends, one TypeScript type per JSON Schema in `schemas/`.

import type { Finding } from '../playbook/playbook.ts'
import type { Receipt } from '../receipt/receipt.ts'
import type { ParamValue, PolicyMark } from '../remediation/marks.ts'
import type { Target } from '../remediation/target.ts'

/** Which analysis event a remediation comes from. */
export interface Cause {
  readonly source: string
  readonly id: string
}

export interface PlaybookName {
  readonly namespace: string
  readonly name: string
}

export interface PlaybookVersion extends PlaybookName {
  readonly version: string
  readonly digest: string
}

export interface RunName {
  readonly namespace: string
  readonly name: string
  readonly uid?: string
}

/** One thing that is wrong with one parameter. */
export interface ParameterFault {
  readonly path: string
  readonly rule: string
  readonly expected?: unknown
  readonly actual?: unknown
  readonly message: string
}

export interface PlaybookRegistered {
  readonly playbook: PlaybookVersion
  readonly pipeline: string
  readonly schemaDigest: string
  readonly findings: readonly Finding[]
}

export interface PlaybookRejected {
  readonly playbook: PlaybookName
  readonly reason: string
  readonly message: string
  readonly findings?: readonly Finding[]
}

export interface RemediationValidated {
  readonly analysis: Cause & {
    readonly data: unknown
    /** As the event says; RFC 3339. */
    readonly time?: string
    readonly expirytime?: string
  }
  readonly playbook: PlaybookVersion
  readonly target: Target
  readonly parameters: Readonly<Record<string, ParamValue>>
  /** What was changed on the way, for people: coerced, defaulted, dropped, filled. */
  readonly notes: readonly string[]
  readonly approval: { readonly required: boolean; readonly reason?: string }
  /** What decided that it may run. */
  readonly policy?: PolicyMark
}

export interface RemediationRejected {
  readonly analysis: Cause
  readonly reason: string
  readonly message: string
  readonly faults?: readonly ParameterFault[]
  readonly playbook?: PlaybookName
  readonly target?: Target
  readonly nearest?: readonly string[]
  /** What decided that it may not, where that was a policy. */
  readonly policy?: PolicyMark
}

/** `approval.granted`, `.refused`: a wish, which counts only where the run itself carries the approval or denial. */
export interface ApprovalWish {
  readonly run: RunName & { readonly uid: string }
}

/** `remediation.started`, `.queued`, `.approvalrequested`. */
export interface RemediationAccepted {
  readonly run: RunName
  readonly playbook: PlaybookVersion
  readonly target: string
  /** Why it waits, where it does. */
  readonly why?: string
  /** Until when it may be approved, where it waits for that; RFC 3339. */
  readonly until?: string
}

export interface RemediationDenied {
  readonly analysis: Cause
  readonly reason: string
  readonly message: string
  readonly run?: RunName
  readonly faults?: readonly ParameterFault[]
  /** Of a run that was denied: docs/receipt.md. */
  readonly receipt?: Receipt
}

/** `remediation.succeeded`, `.failed`, `.cancelled`. */
export interface RemediationEnded {
  readonly run: RunName
  readonly playbook: PlaybookVersion
  readonly target: string
  readonly outcome: Outcome
  /** docs/receipt.md; absent where the run was deleted. */
  readonly receipt?: Receipt
}

/** How a run ended, in words for the person on call. */
export interface Outcome {
  readonly reason: string
  readonly message: string
  /** What kind of failure: see `functions/notify/classify.ts`. */
  readonly class?: string
  readonly task?: string
  readonly step?: string
  readonly exitCode?: number
  readonly startedAt?: string
  readonly endedAt?: string
  readonly seconds?: number
}
