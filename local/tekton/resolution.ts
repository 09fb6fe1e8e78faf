// The life of a ResolutionRequest: in progress, resolved (by the bundles resolver here or another's elsewhere), or failed.

import type { Condition } from '../../shared/kubernetes/resources.ts'
import { type ResolvedObject, resolveBundle } from './bundles.ts'
import { type ResolutionRequest, resolutionRequests } from './run.ts'
import { conditionsOf, isFinished, succeeded, type Verdict } from './status.ts'
import { type Key, timestamp, type World } from './world.ts'

const TYPE_LABEL = 'resolution.tekton.dev/type'
const TIMEOUT_MS = 60_000

async function conclude(world: World, request: ResolutionRequest, verdict: Verdict): Promise<void> {
  const conditions = conditionsOf(succeeded(request), verdict, timestamp(world.clock.now()))
  const status = {
    conditions,
    ...(verdict.status === 'True' ? {} : { data: '' }),
    observedGeneration: request.metadata.generation ?? 1,
  }
  await world.kubernetes.patch(
    resolutionRequests,
    request.metadata,
    { status },
    { subresource: 'status', resourceVersion: request.metadata.resourceVersion },
  )
}

/** Tekton marks success without reason and message. */
function markResolved(now: string): { conditions: Condition[] } {
  return { conditions: [{ type: 'Succeeded', status: 'True', lastTransitionTime: now }] }
}

async function publish(world: World, request: ResolutionRequest, found: ResolvedObject): Promise<void> {
  const { text, annotations, refSource } = found
  const data = Buffer.from(text).toString('base64')
  const status = { annotations, data, refSource, source: refSource }
  await world.kubernetes.patch(resolutionRequests, request.metadata, { status }, { subresource: 'status' })
}

async function resolve(world: World, request: ResolutionRequest): Promise<void> {
  const { namespace = '', name } = request.metadata
  let found: ResolvedObject
  try {
    found = await resolveBundle(world, namespace, request.spec.params ?? [])
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error)
    return conclude(world, request, {
      status: 'False',
      reason: 'ResolutionFailed',
      message: `error getting "bundleresolver" "${namespace}/${name}": ${cause}`,
    })
  }
  await publish(world, request, found)
}

/**
 * Takes one step with a request (https://tekton.dev/docs/pipelines/resolution/); the change wakes it for the next.
 * Answers in how many milliseconds the request times out.
 */
export async function reconcileResolution(world: World, key: Key): Promise<number | undefined> {
  const request = await world.kubernetes.get<ResolutionRequest>(resolutionRequests, key)
  if (request === undefined || isFinished(request)) return undefined
  const now = world.clock.now()
  if ((request.status?.data ?? '') !== '') {
    const status = markResolved(timestamp(now))
    const options = { subresource: 'status', resourceVersion: request.metadata.resourceVersion } as const
    await world.kubernetes.patch(resolutionRequests, key, { status }, options)
    return undefined
  }
  const left = Date.parse(request.metadata.creationTimestamp ?? '') + TIMEOUT_MS - now.getTime()
  if (left <= 0) {
    const message = 'resolution took longer than global timeout of 1m0s'
    await conclude(world, request, { status: 'False', reason: 'ResolutionTimedOut', message })
    return undefined
  }
  if (succeeded(request) === undefined) {
    const message = 'waiting for resolver'
    await conclude(world, request, { status: 'Unknown', reason: 'ResolutionInProgress', message })
  } else if (request.metadata.labels?.[TYPE_LABEL] === 'bundles') await resolve(world, request)
  return left
}
