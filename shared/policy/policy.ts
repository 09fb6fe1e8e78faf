// What a policy is, once read: settings and ordered rules over a case; and what it says of one.

import type { Facts } from '../expression/facts.ts'
import type { Globs } from './glob.ts'
import type { Match } from './match.ts'

export type Ruling = 'allow' | 'approve' | 'deny'

export interface Settings {
  /** No new run starts while this is true; those that run go on. */
  readonly suspended: boolean
  /** The least confidence that needs no approval, where no rule decides. */
  readonly allowFrom: number
  /** The least confidence that is not denied, where no rule decides. */
  readonly approveFrom: number
  /** Globs; the system's own namespace is always one of them. */
  readonly protectedNamespaces: readonly string[]
  readonly maxAnalysisAgeMs: number
}

export const DEFAULTS: Settings = {
  suspended: false,
  allowFrom: 0.8,
  approveFrom: 0.7,
  protectedNamespaces: ['kube-*', 'knative-*', 'tekton-*'],
  maxAnalysisAgeMs: 3_600_000,
}

/** What rules match on, in the spelling that they match on. */
export interface Subject {
  readonly playbook: { readonly namespace: string; readonly name: string }
  /** The Playbook's labels, those of its `spec.labels` included. */
  readonly labels: Readonly<Record<string, readonly string[]>>
  /** Undefined for a target without one. */
  readonly namespace: string | undefined
  /** In the singular and in lower case. */
  readonly kind: string
  readonly severity: string | undefined
}

export interface Rule {
  readonly name: string
  readonly match: Match
  readonly when?: ((facts: Facts) => { ok: true; value: boolean } | { ok: false; why: string }) | undefined
  readonly ruling: Ruling
  readonly reason: string
}

export interface Policy {
  /** `sha256:…` of its text, or `default` where there is none. */
  readonly version: string
  readonly settings: Settings
  readonly rules: readonly Rule[]
  /** The namespaces that no remediation may touch. */
  readonly protectedNamespaces: Globs
  /** Why everything is denied: it cannot be read, and no earlier one is known. */
  readonly closed?: string
}

/** What a policy says of one case; `rule` is the one that decided, `default/…` where none of its own did. */
export interface PolicyVerdict {
  readonly version: string
  readonly rule: string
  readonly verdict: Ruling
  readonly reason: string
}

/** One thing that is wrong with a policy, with the place where: lines and columns count from 1. */
export interface Mistake {
  readonly line: number
  readonly column: number
  readonly message: string
}
