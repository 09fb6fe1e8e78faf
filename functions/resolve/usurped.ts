// A request of ours that somebody else's resolver failed: after a change of leader Tekton 1.15.0 hands every request to every
// resolver, and those of other types fail it (https://github.com/tektoncd/pipeline/issues/10484).

import type { Kubernetes } from '../../shared/kubernetes/client.ts'
import { isConflict } from '../../shared/kubernetes/errors.ts'
import { resolutionRequests } from '../../shared/kubernetes/resources.ts'
import { type ResolutionRequest, succeededCondition, typeOf } from '../../shared/resolution/request.ts'
import { RESOLVERS } from '../../shared/resolution/resolvers.ts'
import { completed, OUR_MARK, withSucceeded } from '../../shared/resolution/status.ts'

/** Whether a resolver that cannot know better failed it: not the lifecycle for its age, and not we. */
export function isUsurped(request: ResolutionRequest): boolean {
  const type = typeOf(request)
  const condition = succeededCondition(request)
  return (
    type !== undefined &&
    RESOLVERS[type]?.onlyOurs === true &&
    condition?.status === 'False' &&
    condition.reason === 'ResolutionFailed' &&
    request.status?.annotations?.[OUR_MARK] === undefined
  )
}

/** Opens the request again, valid only for what was read: Tekton asks every second, and goes on waiting. */
export async function reopen(kubernetes: Kubernetes, request: ResolutionRequest, now: number): Promise<void> {
  const verdict = {
    status: 'Unknown',
    reason: 'ResolutionInProgress',
    message: 'waiting for resolver',
  } as const
  const status = { ...completed(request), conditions: withSucceeded(request, verdict, now) }
  await kubernetes.replace(resolutionRequests, { ...request, status }, 'status').catch(error => {
    // Somebody wrote in between, and the watch brings that.
    if (!isConflict(error)) throw error
  })
}
