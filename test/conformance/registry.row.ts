// What the protocol's rows are made of: a blob, an image of it, and what refers to that image.

import { createHash } from 'node:crypto'

const sha256 = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`
export const OCI = 'application/vnd.oci.image.manifest.v1+json'
export const BLOB = '{"a":"blob"}'
export const B = sha256(BLOB)
export const NONE = sha256('none')
const config = { mediaType: 'application/json', digest: B, size: BLOB.length }
export const MANIFEST = JSON.stringify({ schemaVersion: 2, mediaType: OCI, config, layers: [config] })
export const M = sha256(MANIFEST)
const subject = { mediaType: OCI, digest: M, size: MANIFEST.length }
export const REFERRER = JSON.stringify({
  schemaVersion: 2,
  mediaType: OCI,
  artifactType: 'a/b',
  config,
  layers: [],
  subject,
  annotations: { c: 'd' },
})
export const R = sha256(REFERRER)

/** What a registry may leave out; rows that need it are for those that have it. */
export type Feature =
  /** Looks at what is pushed: names, blobs, sizes. */
  | 'checks'
  /** An upload can be asked about and given up. */
  | 'uploads'
  /** A chunk out of order is refused. */
  | 'ranges'
  /** The list of tags comes in pages. */
  | 'pages'
  /** There is a list of referrers. */
  | 'referrers'
  /** That list can be filtered, and a pushed subject is acknowledged. */
  | 'subjects'

export interface Row {
  /** Method and path; `<upload>` is the last Location, and a query is added to its own. */
  readonly call: string
  readonly body?: string
  readonly headers?: Record<string, string>
  /** Several where the specification leaves it open and registries differ; the local one's comes first. */
  readonly status: number | readonly number[]
  readonly answered?: Record<string, string | RegExp | null>
  readonly text?: string | RegExp
  readonly needs?: Feature
}

export const put = { headers: { 'content-type': OCI } }
/** Registries send an OCI manifest only to those who say that they read it. */
export const take = { headers: { accept: OCI } }
export const bytes = { 'content-type': 'application/octet-stream' }

/** An error answer with one of these codes (spec.md#error-codes). */
export const error = (...codes: readonly string[]) =>
  new RegExp(`^{"errors":\\[{"code":"(?:${codes.join('|')})","message":"`)
