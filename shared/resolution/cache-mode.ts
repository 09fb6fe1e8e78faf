// How a request wants the cache to be used: its parameter `cache`, else `default-cache-mode`, else `auto`.

import { ResolutionError } from './error.ts'
import { textParam } from './params.ts'
import type { ResolverRequest } from './resolver.ts'

const MODES = ['always', 'never', 'auto'] as const

type CacheMode = (typeof MODES)[number]

/** Throws ResolutionError for other words, which Tekton would leave hanging until the request times out. */
export function cacheMode({ params, settings }: Pick<ResolverRequest, 'params' | 'settings'>): CacheMode {
  const wanted = textParam(params, 'cache') ?? (settings['default-cache-mode'] || 'auto')
  const mode = MODES.find(each => each === wanted)
  if (mode === undefined)
    throw new ResolutionError(`invalid cache mode "${wanted}": it must be one of ${MODES.join(', ')}`)
  return mode
}
