// Tells the right people once how a run ended, what waits for them, and what was refused.

import { leaseLedger, markTold, runLedger } from '../../shared/channels/ledgers.ts'
import type { News, Receiver } from '../../shared/channels/receiver.ts'
import { receiversOf } from '../../shared/channels/receivers.ts'
import { type Ledger, tellAll } from '../../shared/channels/tell.ts'
import { checkedData } from '../../shared/events/check.ts'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { FLOWS, isOurType } from '../../shared/events/contract.ts'
import { hashOf } from '../../shared/events/identity.ts'
import { leases, pipelineRuns } from '../../shared/kubernetes/resources.ts'
import { LABEL } from '../../shared/remediation/marks.ts'
import { readRun, runKeyOf } from '../../shared/remediation/run-event.ts'
import type { PlaybookFunction, Services } from '../../shared/runtime/function.ts'
import { compose } from './compose.ts'
import { deletedNews, endedNews } from './ended.ts'

interface Telling {
  readonly key: string
  readonly news: News
  readonly ledger: Ledger
  readonly done: () => Promise<void>
}

/** A slow receiver does not hold the sender: the ledger and the run's mark say what is left to do. */
async function tell(services: Services, receivers: readonly Receiver[], telling: Telling): Promise<void> {
  const { background, clock, log } = services
  await background.run(
    `tell ${telling.key}`,
    async () => {
      const result = await tellAll({ receivers, ledger: telling.ledger, clock }, telling.news)
      if (result === 'everyone') await telling.done()
      else log.warn({ subject: telling.news.event.subject }, 'not everyone could be told yet')
    },
    async () => undefined,
  )
}

const nothing = async (): Promise<void> => undefined

async function tellOfRun(
  services: Services,
  receivers: readonly Receiver[],
  event: CloudEvent,
): Promise<CloudEvent | undefined> {
  const { kubernetes, config } = services
  const key = runKeyOf(event)
  const run = key === undefined ? 'foreign' : await readRun(kubernetes, key)
  if (key === undefined || run === 'foreign') return undefined
  const ended = run === 'gone' ? await deletedNews(services, key) : await endedNews(services, run)
  const news = ended === undefined ? undefined : compose(ended)
  if (ended === undefined || news === undefined) return undefined
  const isTold = run !== 'gone' && run.metadata.labels?.[LABEL.told] === 'yes'
  const ledger =
    run === 'gone'
      ? leaseLedger(kubernetes, { namespace: config.namespace, name: `told-${ended.id}` })
      : runLedger(kubernetes, key)
  const done = run === 'gone' ? nothing : () => markTold(kubernetes, pipelineRuns, key)
  if (!isTold) await tell(services, receivers, { key: ended.id, news, ledger, done })
  return ended
}

async function tellOfEvent(
  services: Services,
  receivers: readonly Receiver[],
  event: CloudEvent,
): Promise<void> {
  checkedData(event)
  const news = compose(event)
  if (news === undefined) return
  const key = { namespace: services.config.namespace, name: `told-${hashOf(event.source, event.id)}` }
  const ledger = leaseLedger(services.kubernetes, { ...key, event })
  const done = (): Promise<void> => markTold(services.kubernetes, leases, key)
  await tell(services, receivers, { key: key.name, news, ledger, done })
}

export const notify: PlaybookFunction = {
  name: 'notify',
  accepts: FLOWS.notify.takes,
  create: services => {
    const receivers = receiversOf(services)
    return async event => {
      if (!isOurType(event.type)) return tellOfRun(services, receivers, event)
      await tellOfEvent(services, receivers, event)
      return undefined
    }
  },
}
