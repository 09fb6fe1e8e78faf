// What a receipt is: an in-toto statement with a predicate of our own; docs/receipt.md describes each field.

import type { PolicyMark } from '../remediation/marks.ts'
import type { DigestSet } from './canonical.ts'
import type { Shown, ShownText } from './shown.ts'

/** https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md */
export const STATEMENT = 'https://in-toto.io/Statement/v1'
export const PREDICATE = 'https://playbook.kubernaut.io/receipt/v1'

export interface ShownParameters {
  /** Of all values by name, as canonical JSON. */
  readonly digest?: DigestSet
  /** Absent where they are too many to be shown. */
  readonly values?: Readonly<Record<string, Shown>>
}

export interface Receipt {
  readonly _type: typeof STATEMENT
  readonly subject: readonly { readonly name: string; readonly digest: DigestSet }[]
  readonly predicateType: typeof PREDICATE
  readonly predicate: {
    readonly analysis: { readonly source: string; readonly id: string; readonly digest?: DigestSet }
    readonly playbook: {
      readonly namespace: string
      readonly name: string
      readonly version: string
      /** Which one of the bundle, where the run says so. */
      readonly pipeline?: string
      readonly digest: DigestSet
      readonly schema: DigestSet
    }
    readonly target: string
    readonly parameters: { readonly before: ShownParameters; readonly after: ShownParameters }
    readonly policy?: Omit<PolicyMark, 'reason'> & { readonly reason?: ShownText }
    readonly approval?: {
      readonly approvedBy?: ShownText
      readonly deniedBy?: ShownText
      readonly because?: ShownText
    }
    readonly run: {
      readonly namespace: string
      readonly name: string
      readonly uid: string
      readonly serviceAccountName?: string
    }
    readonly outcome: {
      readonly finish: 'succeeded' | 'failed' | 'cancelled' | 'denied' | 'expired'
      readonly reason: string
      readonly startedAt?: string
      readonly endedAt?: string
    }
  }
}
