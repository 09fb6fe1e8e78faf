// A ResolutionRequest was made: fetch what it asks for, and write it into its status.

import { FLOWS } from '../../shared/events/contract.ts'
import { type NamespacedKey, objectKeyOf } from '../../shared/events/object-key.ts'
import type { ResolutionRequest } from '../../shared/resolution/request.ts'
import { createSettings } from '../../shared/resolution/settings.ts'
import type { PlaybookFunction } from '../../shared/runtime/function.ts'
import { createDesk } from './answer.ts'
import { startLifecycle } from './lifecycle.ts'
import { reopen } from './usurped.ts'
import { watchRequests } from './watch.ts'

/**
 * Acknowledges at once, for the source waits for each delivery; the request itself is the record of what is left to do,
 * and a watch sees those that no event reported.
 */
export const resolve: PlaybookFunction = {
  name: 'resolve',
  accepts: FLOWS.resolve.takes,
  create(services) {
    const { kubernetes, clock, config, log, background } = services
    const { types, lifecycle, resolversNamespace, tektonNamespace } = config.resolution
    const reader = createSettings({ kubernetes, clock, resolversNamespace, tektonNamespace })
    const desk = createDesk(services, reader)
    const begin = (key: NamespacedKey): void =>
      background.start(`resolve ${key.namespace}/${key.name}`, () => desk.answer(key))
    const handle = async (event: Parameters<typeof objectKeyOf>[0]): Promise<undefined> => {
      begin(objectKeyOf(event))
    }
    function onUsurped(request: ResolutionRequest): void {
      const { namespace = 'default', name } = request.metadata
      reopen(kubernetes, request, clock.now())
        .then(() => begin({ namespace, name }))
        .catch(error => log.warn({ request: name, error: String(error) }, 'it could not be opened again'))
    }
    const watched = { onForgotten: begin, onUsurped, onSettled: desk.cancel }
    async function warm(): Promise<void> {
      if (types.length > 0) void watchRequests(services, watched)
      if (lifecycle) void startLifecycle(services, reader)
    }
    return Object.assign(handle, { warm })
  },
}
