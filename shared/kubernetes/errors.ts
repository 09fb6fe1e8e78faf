// What the API server refuses, as an error that keeps its status and reason, and what that means for a delivery.

import { Fault } from '../runtime/fault.ts'

/** The API server's `Status` answer (https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/). */
export class KubernetesError extends Error {
  override readonly name = 'KubernetesError'
  readonly status: number
  readonly reason: string

  constructor(status: number, reason: string, message: string) {
    super(message)
    this.status = status
    this.reason = reason
  }
}

/** What the API server said, from its `Status`; the beginning of the text where a proxy answered in its place. */
export function refusalOf(status: number, text: string): KubernetesError {
  try {
    const { reason, message } = JSON.parse(text) as { reason?: string; message?: string }
    return new KubernetesError(status, reason ?? 'Unknown', message ?? text)
  } catch {
    return new KubernetesError(status, 'Unknown', text.slice(0, 500))
  }
}

export function isConflict(error: unknown): boolean {
  return error instanceof KubernetesError && error.status === 409 && error.reason !== 'AlreadyExists'
}

export function isNotFound(error: unknown): boolean {
  return error instanceof KubernetesError && error.status === 404
}

export function isAlreadyExists(error: unknown): boolean {
  return error instanceof KubernetesError && error.reason === 'AlreadyExists'
}

/** 403 with this text is a quota that may free up, unlike a missing right (kubernetes/kubernetes plugin/pkg/admission/resourcequota). */
const QUOTA = 'exceeded quota'

/** A missing namespace, a webhook's refusal, a missing right or an invalid object stays refused; the rest may pass on a retry. */
export function faultOf(error: KubernetesError): Fault {
  const hopeless =
    [400, 404, 405, 413, 415, 422].includes(error.status) ||
    (error.status === 403 && !error.message.includes(QUOTA))
  const kind = hopeless ? 'impossible' : 'unavailable'
  return new Fault(kind, `Kubernetes answered ${error.status} ${error.reason}: ${error.message}`, {
    cause: error,
  })
}
