// What the API server answers when it refuses: `Status` bodies with the wording of Kubernetes 1.34.

import type { Kind } from './kinds.ts'

/** One fault of a field, as `field.Error` prints it. */
export interface FieldFault {
  readonly field: string
  readonly reason: string
  readonly message: string
}

interface Details {
  readonly name?: string
  readonly group?: string
  readonly kind?: string
  readonly uid?: string
  readonly causes?: readonly FieldFault[]
}

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
export interface Status {
  readonly kind: 'Status'
  readonly apiVersion: 'v1'
  readonly metadata: Readonly<Record<string, never>>
  readonly status: 'Failure'
  readonly message: string
  readonly reason?: string
  readonly details?: Details
  readonly code: number
}

interface Refusal {
  readonly code: number
  readonly reason: string
  readonly message: string
  readonly details?: Details
}

/** Thrown by the verbs; the server sends its `status` as the answer. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: Status

  constructor({ code, reason, message, details }: Refusal) {
    super(message)
    const what = { ...(reason === '' ? {} : { reason }), ...(details === undefined ? {} : { details }) }
    this.status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      ...what,
      code,
    }
  }

  get code(): number {
    return this.status.code
  }
}

/** `pipelineruns.tekton.dev`, or `configmaps` for the core group. */
export function qualified(kind: Pick<Kind, 'group' | 'plural'>): string {
  return kind.group === '' ? kind.plural : `${kind.plural}.${kind.group}`
}

function detailsOf(kind: Pick<Kind, 'group' | 'plural'>, name: string): Details {
  return { name, ...(kind.group === '' ? {} : { group: kind.group }), kind: kind.plural }
}

export function notFound(kind: Pick<Kind, 'group' | 'plural'>, name: string): ApiError {
  const message = `${qualified(kind)} "${name}" not found`
  return new ApiError({ code: 404, reason: 'NotFound', message, details: detailsOf(kind, name) })
}

export function alreadyExists(kind: Kind, name: string): ApiError {
  const message = `${qualified(kind)} "${name}" already exists`
  return new ApiError({ code: 409, reason: 'AlreadyExists', message, details: detailsOf(kind, name) })
}

const MODIFIED = 'the object has been modified; please apply your changes to the latest version and try again'

export function conflict(kind: Kind, name: string, why: string = MODIFIED): ApiError {
  const message = `Operation cannot be fulfilled on ${qualified(kind)} "${name}": ${why}`
  return new ApiError({ code: 409, reason: 'Conflict', message, details: detailsOf(kind, name) })
}

/** 422 with one fault, or with all of them in brackets; `kindName` differs where Kubernetes names the resource instead. */
export function invalid(
  kind: Pick<Kind, 'group' | 'kind'>,
  name: string,
  { faults, kindName = kind.kind }: { faults: readonly FieldFault[]; kindName?: string },
): ApiError {
  const printed = faults.map(fault => `${fault.field}: ${fault.message}`)
  const all = printed.length === 1 ? printed[0] : `[${printed.join(', ')}]`
  const subject = qualified({ ...kind, plural: kindName })
  const message = `${subject} "${name}" is invalid: ${all}`
  const details = { ...detailsOf({ ...kind, plural: kindName }, name), causes: faults }
  return new ApiError({ code: 422, reason: 'Invalid', message, details })
}

interface Ban {
  readonly why: string
  readonly cause: FieldFault
}

export function forbidden(kind: Kind, name: string, { why, cause }: Ban): ApiError {
  const message = `${qualified(kind)} "${name}" is forbidden: ${why}`
  const details = { ...detailsOf(kind, name), causes: [cause] }
  return new ApiError({ code: 403, reason: 'Forbidden', message, details })
}

export function badRequest(message: string): ApiError {
  return new ApiError({ code: 400, reason: 'BadRequest', message })
}

export function unprocessable(): ApiError {
  const message = 'the server rejected our request due to an error in our request'
  return new ApiError({ code: 422, reason: 'Invalid', message, details: {} })
}

export function unsupportedMediaType(accepted: readonly string[]): ApiError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`
  return new ApiError({ code: 415, reason: 'UnsupportedMediaType', message })
}

export function expired(message: string): ApiError {
  return new ApiError({ code: 410, reason: 'Expired', message })
}

/** An error of the storage that Kubernetes passes on without a reason. */
export function internal(message: string): ApiError {
  return new ApiError({ code: 500, reason: '', message })
}
