// Answers one ResolutionRequest: reads it, asks its resolver, and writes what came of it.

import type { NamespacedKey } from '../../shared/events/object-key.ts'
import { faultOf, isConflict, KubernetesError } from '../../shared/kubernetes/errors.ts'
import { resolutionRequests } from '../../shared/kubernetes/resources.ts'
import type { ResolutionRequest } from '../../shared/resolution/request.ts'
import type { SettingsReader } from '../../shared/resolution/settings.ts'
import { type Failure, writeAnswer, writeFailure } from '../../shared/resolution/status.ts'
import { Fault } from '../../shared/runtime/fault.ts'
import type { Services } from '../../shared/runtime/function.ts'
import { ask, type Mine, tell } from './ask.ts'
import { decide } from './decide.ts'
import { bugOf, failureOf } from './failure.ts'
import { createResolvers, type Ready } from './resolvers.ts'

export interface Desk {
  /** Answers the request where it is ours, as a watch just brought it or as it is read now; never twice at once under one key. */
  readonly answer: (key: NamespacedKey, known?: ResolutionRequest) => Promise<void>
  /** Nobody waits for the request of this uid any more. */
  readonly cancel: (uid: string) => void
}

/** Whatever is not a verdict: the API server may be back in a moment, and the watch brings the request again. */
function isOutage(error: unknown): boolean {
  const fault = error instanceof KubernetesError ? faultOf(error) : error
  return fault instanceof Fault && fault.kind === 'unavailable'
}

async function fail(services: Services, request: ResolutionRequest, failure: Failure): Promise<void> {
  const { kubernetes, clock, log } = services
  const { namespace, name } = request.metadata
  if (!(await writeFailure(kubernetes, request, { ...failure, now: clock.now() }))) return
  log.info({ namespace, request: name, ...failure }, 'not resolved')
  tell(services, request, failure)
}

function judge(
  services: Services,
  error: unknown,
  asked: { request: ResolutionRequest; title: string },
): Failure {
  const { request, title } = asked
  const failure = failureOf(error, request, title)
  if (failure !== undefined) return failure
  const detail = error instanceof Error ? error.stack : String(error)
  services.log.error({ request: request.metadata.name, error: detail }, 'a resolver broke')
  return bugOf(request, title)
}

export function createDesk(services: Services, reader: SettingsReader): Desk {
  const { kubernetes, clock, config } = services
  const resolverOf = createResolvers(services)
  const underWay = new Map<string, AbortController>()

  /** Answers how it ended, for the metrics. */
  async function attempt(request: ResolutionRequest, mine: Mine, ready: Ready): Promise<string> {
    const { uid = '' } = request.metadata
    const abort = new AbortController()
    underWay.set(uid, abort)
    try {
      const resolved = await ask(services, reader, { request, mine, ready, signal: abort.signal })
      await writeAnswer(kubernetes, request, resolved)
      return 'resolved'
    } catch (error) {
      // It was deleted, and perhaps made again: then that one has its own event.
      if (abort.signal.aborted || isConflict(error)) return 'cancelled'
      if (isOutage(error)) throw error
      const failure = judge(services, error, { request, title: ready.registration.title })
      await fail(services, request, failure)
      return failure.reason
    } finally {
      underWay.delete(uid)
    }
  }

  return {
    async answer(key, known) {
      const request = known ?? (await kubernetes.get<ResolutionRequest>(resolutionRequests, key))
      const globalTimeout = await reader.globalTimeout()
      const { types } = config.resolution
      const verdict = decide(request, { types, now: clock.now(), globalTimeout })
      if (verdict.kind === 'ignore' || request === undefined) return
      const ready = await resolverOf(verdict.type)
      const end = ready.meter.begin(verdict.type)
      let outcome = 'broken'
      try {
        outcome = await attempt(request, verdict, ready)
      } finally {
        end(outcome)
      }
    },
    cancel(uid) {
      underWay.get(uid)?.abort()
    },
  }
}
