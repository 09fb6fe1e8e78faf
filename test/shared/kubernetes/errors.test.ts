// What a refusal of the API server means for a delivery: tried again, or given up. And how two kinds of 409 differ.

import { describe, expect, it } from 'vitest'
import { faultOf, isAlreadyExists, isConflict, KubernetesError } from '../../../shared/kubernetes/errors.ts'

describe('faultOf', () => {
  it.each([
    [400, 'BadRequest', 'admission webhook "x" denied the request', 'impossible'],
    [401, 'Unauthorized', 'the token has expired', 'unavailable'],
    [403, 'Forbidden', 'User "x" cannot create resource', 'impossible'],
    [403, 'Forbidden', 'pods "x" is forbidden: exceeded quota: small', 'unavailable'],
    [404, 'NotFound', 'namespaces "a" not found', 'impossible'],
    [405, 'MethodNotAllowed', 'the server does not allow this', 'impossible'],
    [408, 'Timeout', 'too slow', 'unavailable'],
    [409, 'AlreadyExists', 'already exists', 'unavailable'],
    [409, 'Conflict', 'the object has been modified', 'unavailable'],
    [410, 'Expired', 'the continue token is too old', 'unavailable'],
    [413, 'RequestEntityTooLarge', 'limit is 3145728', 'impossible'],
    [415, 'UnsupportedMediaType', 'the body was in an unknown format', 'impossible'],
    [422, 'Invalid', 'spec.params: required', 'impossible'],
    [429, 'TooManyRequests', 'slow down', 'unavailable'],
    [500, 'InternalError', 'no leader', 'unavailable'],
    [503, 'ServiceUnavailable', 'not ready', 'unavailable'],
    [504, 'Timeout', 'gateway', 'unavailable'],
  ])('%i %s (%s): %s', (status, reason, message, kind) => {
    const error = new KubernetesError(status, reason, message)
    expect(faultOf(error)).toMatchObject({
      kind,
      message: `Kubernetes answered ${status} ${reason}: ${message}`,
      cause: error,
    })
  })
})

describe('the two kinds of 409', () => {
  const exists = new KubernetesError(409, 'AlreadyExists', 'x')
  const conflict = new KubernetesError(409, 'Conflict', 'x')
  it.each([
    ['AlreadyExists', exists, [true, false]],
    ['Conflict', conflict, [false, true]],
    ['another refusal', new KubernetesError(404, 'NotFound', 'x'), [false, false]],
    ['another error', new Error('AlreadyExists'), [false, false]],
  ])('%s', (_, error, expected) => {
    expect([isAlreadyExists(error), isConflict(error)]).toEqual(expected)
  })
})
