// Sees requests as they come, those that are still open after a while, and those that nobody waits for any more.

import { LRUCache } from 'lru-cache'
import type { NamespacedKey } from '../../shared/events/object-key.ts'
import { type Seen, startInformer } from '../../shared/kubernetes/informer.ts'
import { resolutionRequests } from '../../shared/kubernetes/resources.ts'
import { isAnswered, labelsOf, type ResolutionRequest, TYPE_LABEL } from '../../shared/resolution/request.ts'
import type { Services } from '../../shared/runtime/function.ts'

export interface Watched {
  /** It came, as it is now. */
  readonly onNew: (request: ResolutionRequest) => void
  /** It is still open: what was begun may have been interrupted. */
  readonly onForgotten: (key: NamespacedKey) => void
  /** It is answered, failed by others, or gone. */
  readonly onSettled: (uid: string) => void
}

const GRACE_MS = 2_000
/** So that not all replicas repair at once. */
const SPREAD_MS = 1_000
const LONGEST_MS = 60_000
/** How many requests it remembers to have seen. */
const MOST = 10_000

export interface RequestWatch {
  /** Whether it has seen the request, so that an event of it says nothing new. */
  readonly hasSeen: (key: NamespacedKey) => boolean
  /** Watches until the process stops; settles when it has seen all that there are. */
  readonly start: () => Promise<void>
}

const textOf = ({ namespace, name }: NamespacedKey): string => `${namespace}/${name}`

export function createRequestWatch(
  services: Services,
  { onNew, onForgotten, onSettled }: Watched,
): RequestWatch {
  const { kubernetes, config, log, stopping } = services
  const timers = new Map<string, NodeJS.Timeout>()
  const seen = new LRUCache<string, string>({ max: MOST })

  function settle(uid: string): void {
    clearTimeout(timers.get(uid))
    timers.delete(uid)
    onSettled(uid)
  }

  /** Where too much is under way already, the reminder comes. */
  function attempt(request: string, begin: () => void): void {
    try {
      begin()
    } catch (error) {
      log.warn({ request, error: String(error) }, 'it must wait longer')
    }
  }

  /** Again and again, ever more seldom, while it stays open: what is under way is not begun twice. */
  function wait(uid: string, key: NamespacedKey, pause = GRACE_MS): void {
    if (timers.has(uid) || stopping.aborted) return
    const remind = (): void => {
      timers.delete(uid)
      wait(uid, key, Math.min(2 * pause, LONGEST_MS))
      attempt(key.name, () => onForgotten(key))
    }
    timers.set(uid, setTimeout(remind, pause + Math.random() * SPREAD_MS))
  }

  function see({ type, object }: Seen<ResolutionRequest>): void {
    const { uid = '', namespace = 'default', name } = object.metadata
    const key = { namespace, name }
    const isNew = seen.get(textOf(key)) !== uid
    if (type === 'deleted') seen.delete(textOf(key))
    else seen.set(textOf(key), uid)
    if (type === 'deleted' || isAnswered(object)) settle(uid)
    else {
      wait(uid, key)
      if (isNew) attempt(name, () => onNew(object))
    }
  }

  stopping.addEventListener('abort', () => {
    for (const timer of timers.values()) clearTimeout(timer)
  })
  return {
    hasSeen: key => seen.has(textOf(key)),
    start: () =>
      startInformer<ResolutionRequest>({
        kubernetes,
        resource: resolutionRequests,
        labelSelector: `${TYPE_LABEL} in (${labelsOf(config.resolution.types).join(',')})`,
        signal: stopping,
        log: message => log.warn({ message }, 'the watch of ResolutionRequests begins again'),
        see,
      }),
  }
}
