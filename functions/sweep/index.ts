// The world forgets events: look at what there is, and post what should have been said, as it would have been said.

import { FLOWS } from '../../shared/events/contract.ts'
import type { PlaybookFunction, Services } from '../../shared/runtime/function.ts'
import { findForgotten } from './find-forgotten.ts'
import { gather } from './gather.ts'
import { sweepLedgers } from './ledgers.ts'
import { replayDeadLetters } from './replay.ts'

async function sweepOnce(services: Services): Promise<void> {
  const { clock, log, post } = services
  const forgotten = findForgotten(await gather(services), clock.now())
  for (const event of forgotten) {
    try {
      await post(event)
    } catch (error) {
      // The others are still worth posting; this one is found again next time.
      log.warn({ subject: event.subject, error: String(error) }, 'a forgotten event could not be posted')
    }
  }
  await replayDeadLetters(services)
  await sweepLedgers(services)
  if (forgotten.length > 0) log.info({ count: forgotten.length }, 'posted forgotten events')
}

/** A sweep that lasts longer than the timer's tick is not started a second time. */
export const sweep: PlaybookFunction = {
  name: 'sweep',
  accepts: FLOWS.sweep.takes,
  create: services => async () => {
    await services.background.run(
      'sweep',
      () => sweepOnce(services),
      async () => undefined,
    )
    return undefined
  },
}
