// Fetching again what may pass, with the backoff that Tekton's ConfigMaps describe.

import { parseDuration } from '../runtime/duration.ts'
import { repeating } from '../runtime/repeat.ts'
import { ResolutionError } from './error.ts'
import { settingOf } from './named-set.ts'
import type { Resolver, ResolverRequest } from './resolver.ts'

/** `backoff-steps` counts all attempts, as Tekton 1.15 does. */
const DEFAULTS = {
  'backoff-duration': '500ms',
  'backoff-factor': '2',
  'backoff-steps': '4',
  'backoff-cap': '10s',
}
const MOST_STEPS = 20

type Key = keyof typeof DEFAULTS

function duration(request: ResolverRequest, key: Key): number {
  return parseDuration(settingOf(request, key) ?? '') ?? parseDuration(DEFAULTS[key]) ?? 0
}

function number(request: ResolverRequest, key: Key): number {
  const value = Number(settingOf(request, key) || DEFAULTS[key])
  return Number.isFinite(value) && value >= 1 ? value : Number(DEFAULTS[key])
}

/** Repeats while the error may pass; a server that asks for a pause gets it, within the request's time. */
export function withRetries(resolver: Resolver): Resolver {
  return {
    ...resolver,
    resolve(request, signal) {
      return repeating(() => resolver.resolve(request, signal), {
        retries: Math.min(Math.trunc(number(request, 'backoff-steps')), MOST_STEPS) - 1,
        pause: duration(request, 'backoff-duration'),
        factor: number(request, 'backoff-factor'),
        longest: duration(request, 'backoff-cap'),
        mayPass: error => error instanceof ResolutionError && error.mayPass,
        askedPause: error => (error instanceof ResolutionError ? (error.retryAfter ?? 0) : 0),
        signal,
      })
    },
  }
}
