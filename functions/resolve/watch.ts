// Sees what no event reported: requests that are still open after a while, and those that nobody waits for any more.

import type { NamespacedKey } from '../../shared/events/object-key.ts'
import { startInformer } from '../../shared/kubernetes/informer.ts'
import { resolutionRequests } from '../../shared/kubernetes/resources.ts'
import { isAnswered, labelsOf, type ResolutionRequest, TYPE_LABEL } from '../../shared/resolution/request.ts'
import type { Services } from '../../shared/runtime/function.ts'
import { isUsurped } from './usurped.ts'

export interface Watched {
  /** It has been open for longer than an event takes. */
  readonly onForgotten: (key: NamespacedKey) => void
  /** Somebody failed it who had no business to. */
  readonly onUsurped: (request: ResolutionRequest) => void
  /** It is answered, failed by others, or gone. */
  readonly onSettled: (uid: string) => void
}

/** Events come first: only one replica gets each, and every replica has this watch. */
const GRACE_MS = 2_000
/** So that not all replicas repair at once. */
const SPREAD_MS = 1_000
const LONGEST_MS = 60_000

/** Watches until the process stops; answers when it has seen all that there are. */
export function watchRequests(
  services: Services,
  { onForgotten, onUsurped, onSettled }: Watched,
): Promise<void> {
  const { kubernetes, config, log, stopping } = services
  const timers = new Map<string, NodeJS.Timeout>()

  function settle(uid: string): void {
    clearTimeout(timers.get(uid))
    timers.delete(uid)
    onSettled(uid)
  }

  /** Again and again, ever more seldom, while it stays open: what is under way is not begun twice. */
  function wait(uid: string, key: NamespacedKey, pause = GRACE_MS): void {
    if (timers.has(uid) || stopping.aborted) return
    const remind = (): void => {
      timers.delete(uid)
      wait(uid, key, Math.min(2 * pause, LONGEST_MS))
      try {
        onForgotten(key)
      } catch (error) {
        log.warn({ request: key.name, error: String(error) }, 'it must wait longer')
      }
    }
    timers.set(uid, setTimeout(remind, pause + Math.random() * SPREAD_MS))
  }

  stopping.addEventListener('abort', () => {
    for (const timer of timers.values()) clearTimeout(timer)
  })
  return startInformer<ResolutionRequest>({
    kubernetes,
    resource: resolutionRequests,
    labelSelector: `${TYPE_LABEL} in (${labelsOf(config.resolution.types).join(',')})`,
    signal: stopping,
    log: message => log.warn({ message }, 'the watch of ResolutionRequests begins again'),
    see({ type, object }) {
      const { uid = '', namespace = 'default', name } = object.metadata
      if (type === 'changed' && isUsurped(object)) onUsurped(object)
      else if (type === 'deleted' || isAnswered(object)) settle(uid)
      else wait(uid, { namespace, name })
    },
  })
}
