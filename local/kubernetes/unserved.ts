// What the API server answers to paths and methods that it does not serve.

import type { Kind } from './kinds.ts'
import { ApiError, qualified } from './status.ts'

const NOT_SERVED = 'the server could not find the requested resource'

export function nothingServed(): ApiError {
  return new ApiError({ code: 404, reason: 'NotFound', message: NOT_SERVED, details: {} })
}

export function unsupportedVerb(kind: Kind, method: string): ApiError {
  const message = `${method.toLowerCase()} is not supported on resources of kind "${qualified(kind)}"`
  const details = { ...(kind.group === '' ? {} : { group: kind.group }), kind: kind.plural }
  return new ApiError({ code: 405, reason: 'MethodNotAllowed', message, details })
}

export function methodNotAllowed(): ApiError {
  const message = 'the server does not allow this method on the requested resource'
  return new ApiError({ code: 405, reason: 'MethodNotAllowed', message, details: {} })
}
