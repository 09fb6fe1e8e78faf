// Faults on demand, for tests of what happens when the API server is ill.

import { ApiError } from './status.ts'

export interface FailedStatus {
  readonly status: number
  readonly match?: (method: string, path: string) => boolean
}

export type Failure = 'down' | FailedStatus | undefined

/** The wording of Kubernetes for the statuses that its clients meet most. */
const WORDS: Readonly<Record<number, readonly [reason: string, message: string]>> = {
  401: ['Unauthorized', 'Unauthorized'],
  403: ['Forbidden', 'forbidden: the request was refused'],
  404: ['NotFound', 'the server could not find the requested resource'],
  409: ['Conflict', 'the server reported a conflict'],
  429: ['TooManyRequests', 'the server has received too many requests and has asked us to try again later'],
  500: ['InternalError', 'Internal error occurred: a fault was asked for'],
  503: ['ServiceUnavailable', 'the server is currently unable to handle the request'],
  504: [
    'Timeout',
    'the server was unable to return a response in the time allotted, but may still be processing the request',
  ],
}

/** What becomes of a request while a failure is on: nothing, a dropped connection, or a refusal. */
export function fails(failure: Failure, method: string, path: string): 'down' | ApiError | undefined {
  if (failure === undefined || failure === 'down') return failure
  if (failure.match !== undefined && !failure.match(method, path)) return undefined
  const [reason, message] = WORDS[failure.status] ?? ['', 'a fault was asked for']
  return new ApiError({ code: failure.status, reason, message })
}
