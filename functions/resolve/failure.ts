// What it means that a request could not be answered, in the words of Tekton's own resolvers; pure.

import { KubernetesError } from '../../shared/kubernetes/errors.ts'
import { InvalidRequest, ResolutionError } from '../../shared/resolution/error.ts'
import type { ResolutionRequest } from '../../shared/resolution/request.ts'
import type { Failure } from '../../shared/resolution/status.ts'

/**
 * The failure to write (https://github.com/tektoncd/pipeline/blob/main/pkg/resolution/common/errors.go has the two
 * sentences); undefined for what is none of a user's: then it is a bug, whose details stay in the log.
 */
export function failureOf(error: unknown, request: ResolutionRequest, title: string): Failure | undefined {
  const { namespace, name } = request.metadata
  const key = JSON.stringify(`${namespace}/${name}`)
  if (error instanceof InvalidRequest)
    return { reason: 'ResolutionFailed', message: `invalid resource request ${key}: ${error.message}` }
  const prefix = `error getting ${JSON.stringify(title)} ${key}: `
  if (error instanceof ResolutionError) return { reason: error.reason, message: prefix + error.message }
  if (error instanceof KubernetesError) return { reason: 'ResolutionFailed', message: prefix + error.message }
  return undefined
}

/** What a user reads of a bug. */
export function bugOf(request: ResolutionRequest, title: string): Failure {
  const { namespace, name } = request.metadata
  const key = JSON.stringify(`${namespace}/${name}`)
  const message = `error getting ${JSON.stringify(title)} ${key}: the resolver broke: ask its operator, whose log says where`
  return { reason: 'ResolutionFailed', message }
}
