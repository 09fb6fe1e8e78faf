// The types of parameters: what a playbook declares, what was judged, and what is wrong, in words that help.

import type { ValidateFunction } from 'ajv/dist/2020.js'
import type { Json } from '../analysis/document.ts'
import type { Finding } from '../playbook/playbook.ts'

/** A JSON Schema, the older `{parameters: [...]}` list, or a RemediationWorkflow; told apart by their keys. */
export type ParameterSource = unknown

/** One parameter, flat, for people and LLMs. */
export interface FlatParameter {
  readonly name: string
  readonly type: string
  /** Whether it must be given: one with a default need not be. */
  readonly required: boolean
  readonly description?: string
  readonly enum?: readonly unknown[]
  readonly default?: unknown
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  /** A secret: its value is never shown. */
  readonly writeOnly?: true
}

export interface CompiledParameters {
  readonly ok: true
  /** JSON Schema 2020-12, whatever it was made from. */
  readonly schema: Json
  readonly flat: readonly FlatParameter[]
  readonly validate: ValidateFunction
}

/** Why a source is no schema; all reasons at once. */
export interface RejectedParameters {
  readonly ok: false
  readonly errors: readonly Finding[]
}

/** What is wrong with one value. */
export interface ParameterFault {
  /** JSON pointer (RFC 6901): `/REPLICAS`, `/HOSTS/0`. */
  readonly path: string
  readonly rule: string
  readonly expected: string
  /** What was given, cut to 80 characters; `(hidden)` for a secret. */
  readonly actual: string
  /** A sentence that says what to send instead. */
  readonly message: string
}

/** What reaches Tekton (https://tekton.dev/docs/pipelines/pipelines/#specifying-parameters). */
export type TektonValue = string | readonly string[] | Readonly<Record<string, string>>

/** A value that was not passed on, and why. */
export interface Dropped {
  readonly name: string
  readonly why: string
}

export interface AcceptedParameters {
  readonly ok: true
  readonly values: Readonly<Record<string, TektonValue>>
  /** Whose JSON type was changed without loss: name (or JSON pointer below it) and both types. */
  readonly coerced: readonly { readonly name: string; readonly from: string; readonly to: string }[]
  readonly defaulted: readonly string[]
  /** The platform's own, taken from the target because they were not given. */
  readonly filled: readonly string[]
  readonly dropped: readonly Dropped[]
}

export interface RefusedParameters {
  readonly ok: false
  readonly faults: readonly ParameterFault[]
}

export type ParameterVerdict = AcceptedParameters | RefusedParameters
