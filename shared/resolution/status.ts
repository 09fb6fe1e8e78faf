// Writing the answer into a ResolutionRequest, as Tekton's own resolvers do: data on success, a condition on failure.

import type { Kubernetes } from '../kubernetes/client.ts'
import { isConflict } from '../kubernetes/errors.ts'
import { type Condition, resolutionRequests } from '../kubernetes/resources.ts'
import { isAnswered, type ResolutionRequest, succeededCondition } from './request.ts'
import type { Resolved } from './resolver.ts'

const PREFIX = 'resolution.tekton.dev/'
const TRIES = 5

function prefixed(annotations: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(annotations)
  return Object.fromEntries(entries.map(([key, value]) => [key.includes('/') ? key : PREFIX + key, value]))
}

/**
 * Writes the data and where it came from, and no condition: that is the lifecycle's, and it alone knows when. A request
 * that was deleted and made again has another uid, and is refused with a conflict.
 */
export async function writeAnswer(
  kubernetes: Kubernetes,
  { metadata }: ResolutionRequest,
  { data, annotations, refSource }: Resolved,
): Promise<void> {
  const { namespace, name, uid } = metadata
  const status = {
    annotations: prefixed(annotations),
    data: Buffer.from(data).toString('base64'),
    refSource,
    source: refSource,
  }
  const patch = { metadata: { uid }, status }
  await kubernetes.patch(resolutionRequests, { namespace, name }, patch, { subresource: 'status' })
}

/** The conditions with this one in place of the `Succeeded` before; the time stays where the status does. */
export function withSucceeded(
  request: ResolutionRequest,
  verdict: Omit<Condition, 'type' | 'lastTransitionTime'>,
  now: number,
): Condition[] {
  const before = succeededCondition(request)
  const time = `${new Date(now).toISOString().slice(0, 19)}Z`
  const lastTransitionTime = before?.status === verdict.status ? (before.lastTransitionTime ?? time) : time
  const others = (request.status?.conditions ?? []).filter(({ type }) => type !== 'Succeeded')
  return [...others, { type: 'Succeeded', ...verdict, lastTransitionTime }]
}

/** The status with every key that the CRD requires once there is one; a merge patch cannot write null, so it is PUT. */
export function completed(request: ResolutionRequest): NonNullable<ResolutionRequest['status']> {
  const { data = '', refSource = null, source = null } = request.status ?? {}
  return { ...request.status, data, refSource, source }
}

export interface Failure {
  readonly reason: string
  readonly message: string
}

/** Marks the request failed, unless it is answered, gone, or another one by now. Answers whether it did. */
export async function writeFailure(
  kubernetes: Kubernetes,
  { metadata: { namespace, name, uid } }: ResolutionRequest,
  { reason, message, now }: Failure & { readonly now: number },
): Promise<boolean> {
  for (let left = TRIES; ; left--) {
    const latest = await kubernetes.get<ResolutionRequest>(resolutionRequests, { namespace, name })
    if (latest === undefined || latest.metadata.uid !== uid || isAnswered(latest)) return false
    const conditions = withSucceeded(latest, { status: 'False', reason, message }, now)
    try {
      const status = { ...completed(latest), conditions }
      await kubernetes.replace(resolutionRequests, { ...latest, status }, 'status')
      return true
    } catch (error) {
      if (!isConflict(error) || left <= 1) throw error
    }
  }
}
