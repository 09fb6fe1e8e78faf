// No request takes longer than its resolver may take, or than Tekton waits for it.

import { formatDuration, LONGEST_TIMER_MS, parseDuration } from '../runtime/duration.ts'
import { ResolutionError } from './error.ts'
import { settingOf } from './named-set.ts'
import type { Resolver, ResolverRequest } from './resolver.ts'

/** `fetch-timeout` of the resolver's ConfigMap, a Go duration. */
function ownTimeout(request: ResolverRequest, fallback: number): number {
  const configured = parseDuration(settingOf(request, 'fetch-timeout') ?? '') ?? 0
  return configured > 0 ? configured : fallback
}

/** Gives up in time, also on a resolver that does not heed its signal. `fallback` is in milliseconds. */
export function withTimeout(resolver: Resolver, fallback: number): Resolver {
  return {
    ...resolver,
    resolve(request, signal) {
      const most = Math.min(ownTimeout(request, fallback), request.timeLeft, LONGEST_TIMER_MS)
      const timer = AbortSignal.timeout(Math.max(0, Math.trunc(most)))
      const either = AbortSignal.any([signal, timer])
      return new Promise((resolve, reject) => {
        const giveUp = (): void => reject(timer.aborted && !signal.aborted ? late(most) : either.reason)
        if (either.aborted) return giveUp()
        either.addEventListener('abort', giveUp, { once: true })
        resolver
          .resolve(request, either)
          .then(resolve, reject)
          .finally(() => either.removeEventListener('abort', giveUp))
      })
    },
  }
}

function late(milliseconds: number): ResolutionError {
  const took = formatDuration(Math.trunc(milliseconds))
  return new ResolutionError(
    `it took longer than the ${took} that there were: check the remote and the network to it, or raise fetch-timeout`,
    { reason: 'ResolutionTimedOut' },
  )
}
