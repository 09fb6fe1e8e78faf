// What the protocol's rows are made of: a blob, an image of it, and what refers to that image.

import { createHash } from 'node:crypto'

export const sha256 = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`
export const OCI = 'application/vnd.oci.image.manifest.v1+json'
export const BLOB = '{"a":"blob"}'
export const B = sha256(BLOB)
export const NONE = sha256('none')
export const config = { mediaType: 'application/json', digest: B, size: BLOB.length }
export const MANIFEST = JSON.stringify({ schemaVersion: 2, mediaType: OCI, config, layers: [config] })
export const M = sha256(MANIFEST)
export const subject = { mediaType: OCI, digest: M, size: MANIFEST.length }
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

export interface Row {
  /** Method and path; `<upload>` is the last Location. */
  readonly call: string
  readonly body?: string
  readonly headers?: Record<string, string>
  readonly status: number
  readonly answered?: Record<string, string | null>
  readonly text?: string | RegExp
}

export const put = { headers: { 'content-type': OCI } }
export const error = (code: string) => new RegExp(`^{"errors":\\[{"code":"${code}","message":"[a-z ]+"}\\]}$`)
