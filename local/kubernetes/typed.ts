// The fields of small built-in kinds, whose unknown ones a typed decoder drops.

import type { Schema } from './schema.ts'

const TEXT: Schema = { type: 'string' }
const ANYTHING: Schema = { 'x-kubernetes-preserve-unknown-fields': true }
const TEXTS: Schema = { type: 'object', additionalProperties: TEXT, nullable: true }
const REFERENCES: Schema = { type: 'array', items: { type: 'object', ...ANYTHING }, nullable: true }
const NUMBER: Schema = { type: 'integer', nullable: true }
const OPTIONAL_TEXT: Schema = { type: 'string', nullable: true }
const OPTIONAL_FLAG: Schema = { type: 'boolean', nullable: true }

function object(properties: Readonly<Record<string, Schema>>): Schema {
  return { type: 'object', properties }
}

/** Kinds that are not here keep what they are given. */
export const TYPED: Readonly<Record<string, Schema>> = {
  ConfigMap: object({ data: TEXTS, binaryData: TEXTS, immutable: OPTIONAL_FLAG }),
  Secret: object({
    data: TEXTS,
    stringData: TEXTS,
    type: { type: 'string', default: 'Opaque' },
    immutable: OPTIONAL_FLAG,
  }),
  ServiceAccount: object({
    secrets: REFERENCES,
    imagePullSecrets: REFERENCES,
    automountServiceAccountToken: OPTIONAL_FLAG,
  }),
  Lease: object({
    spec: object({
      holderIdentity: OPTIONAL_TEXT,
      leaseDurationSeconds: NUMBER,
      acquireTime: OPTIONAL_TEXT,
      renewTime: OPTIONAL_TEXT,
      leaseTransitions: NUMBER,
      strategy: OPTIONAL_TEXT,
      preferredHolder: OPTIONAL_TEXT,
    }),
  }),
}
