// A ResolutionRequest was made: fetch what it asks for, and write it into its status.

import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { FLOWS } from '../../shared/events/contract.ts'
import { type NamespacedKey, objectKeyOf } from '../../shared/events/object-key.ts'
import type { ResolutionRequest } from '../../shared/resolution/request.ts'
import { createSettings } from '../../shared/resolution/settings.ts'
import type { PlaybookFunction } from '../../shared/runtime/function.ts'
import { createDesk } from './answer.ts'
import { startLifecycle } from './lifecycle.ts'
import { createRequestWatch } from './watch.ts'

/**
 * Acknowledges at once, for the source waits for each delivery; the request itself is the record of what is left to do. A
 * watch sees requests too, in a burst before their events, and those that no event reported: whichever comes first begins.
 */
export const resolve: PlaybookFunction = {
  name: 'resolve',
  accepts: FLOWS.resolve.takes,
  create(services) {
    const { kubernetes, clock, config, background } = services
    const { types, lifecycle, resolversNamespace, tektonNamespace } = config.resolution
    const reader = createSettings({ kubernetes, clock, resolversNamespace, tektonNamespace })
    const desk = createDesk(services, reader)
    const begin = (key: NamespacedKey, known?: ResolutionRequest): void =>
      background.start(`resolve ${key.namespace}/${key.name}`, () => desk.answer(key, known))
    function onNew(request: ResolutionRequest): void {
      const { namespace = 'default', name } = request.metadata
      begin({ namespace, name }, request)
    }
    const onForgotten = (key: NamespacedKey): void => begin(key)
    const watch = createRequestWatch(services, { onNew, onForgotten, onSettled: desk.cancel })
    async function handle(event: CloudEvent): Promise<undefined> {
      const key = objectKeyOf(event)
      if (!watch.hasSeen(key)) begin(key)
    }
    async function warm(): Promise<void> {
      if (types.length > 0) void watch.start()
      if (lifecycle) void startLifecycle(services, reader)
    }
    return Object.assign(handle, { warm })
  },
}
