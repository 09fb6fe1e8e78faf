// The life of a ResolutionRequest: in progress, resolved (by the bundles resolver here or another's elsewhere), or failed.

import { type Condition, resolutionRequests } from '../../shared/kubernetes/resources.ts'
import { ResolutionError } from '../../shared/resolution/error.ts'
import { paramsOf, type ResolutionRequest, typeOf } from '../../shared/resolution/request.ts'
import type { Resolver } from '../../shared/resolution/resolver.ts'
import { createSecrets } from '../../shared/resolution/secrets.ts'
import { writeAnswer } from '../../shared/resolution/status.ts'
import { conditionsOf, isFinished, succeeded, type Verdict } from './status.ts'
import { type Key, timestamp, type World } from './world.ts'

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

async function resolve(world: World, bundles: Resolver, request: ResolutionRequest): Promise<void> {
  const { namespace = '', name, uid = '' } = request.metadata
  const secrets = createSecrets(world.kubernetes, namespace)
  try {
    const params = paramsOf(request, bundles.type)
    const question = { namespace, name, uid, params, settings: {}, secrets, timeLeft: TIMEOUT_MS }
    await writeAnswer(world.kubernetes, request, await bundles.resolve(question, world.signal))
  } catch (error) {
    if (!(error instanceof ResolutionError)) throw error
    return conclude(world, request, {
      status: 'False',
      reason: error.reason,
      message: `error getting "bundleresolver" "${namespace}/${name}": ${error.message}`,
    })
  }
}

/**
 * Takes one step with a request (https://tekton.dev/docs/pipelines/resolution/); the change wakes it for the next.
 * Answers in how many milliseconds the request times out.
 */
export async function reconcileResolution(world: World, key: Key): Promise<number | undefined> {
  const request = await world.kubernetes.get<ResolutionRequest>(resolutionRequests, key)
  if (request === undefined || isFinished(request)) return undefined
  const now = world.clock.now()
  const { bundles } = world
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
  } else if (bundles !== undefined && typeOf(request) === bundles.type) await resolve(world, bundles, request)
  return left
}
