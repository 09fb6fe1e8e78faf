// Tells the right people once how a run ended, what waits for them, and what was refused.

import { leaseLedger, ledgerName, markTold, runLedger } from '../../shared/channels/ledgers.ts'
import type { News, Receiver } from '../../shared/channels/receiver.ts'
import { receiversOf } from '../../shared/channels/receivers.ts'
import { claim, type Ledger, tellClaimed } from '../../shared/channels/tell.ts'
import { checkedData } from '../../shared/events/check.ts'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { FLOWS, isOurType, TYPE } from '../../shared/events/contract.ts'
import type { RemediationDenied } from '../../shared/events/types.ts'
import { leases, pipelineRuns } from '../../shared/kubernetes/resources.ts'
import { denialOf } from '../../shared/remediation/denial.ts'
import { deniedNews } from '../../shared/remediation/denied-news.ts'
import { LABEL, type PipelineRun } from '../../shared/remediation/marks.ts'
import { readEnded, readRun, runKeyOf } from '../../shared/remediation/run-event.ts'
import type { PlaybookFunction, Services } from '../../shared/runtime/function.ts'
import { compose } from './compose.ts'
import { deletedNews, endedNews } from './ended.ts'
import { recordReceipt } from './receipt.ts'

interface Telling {
  readonly key: string
  readonly news: News
  readonly ledger: Ledger
  readonly done: () => Promise<void>
}

/**
 * Who is to be told is written down before the sender is answered; a slow receiver does not hold it after that. Each
 * claim is told under a key of its own: what another delivery is busy with must not swallow it.
 */
async function tell(services: Services, receivers: readonly Receiver[], telling: Telling): Promise<void> {
  const { background, clock, log } = services
  const { key, news, ledger, done } = telling
  const all = { receivers, ledger, clock }
  const mine = await claim(all)
  await background.run(
    `tell ${key}: ${mine.names.join(', ')}`,
    async () => {
      const result = await tellClaimed(all, mine, news)
      if (result === 'everyone') await done()
      else log.warn({ subject: news.event.subject }, 'not everyone could be told yet')
    },
    async () => undefined,
  )
}

type Kept = Pick<Telling, 'ledger' | 'done'>

function keptOn({ kubernetes }: Services, { metadata: { namespace, name } }: PipelineRun): Kept {
  const key = { namespace, name }
  return { ledger: runLedger(kubernetes, key), done: () => markTold(kubernetes, pipelineRuns, key) }
}

/** A ledger of its own, with the event that the sweep posts again until everyone was told. */
function leaseOf({ kubernetes, config }: Services, name: string, event: CloudEvent): Kept {
  const key = { namespace: config.namespace, name }
  return {
    ledger: leaseLedger(kubernetes, { ...key, event }),
    done: () => markTold(kubernetes, leases, key),
  }
}

async function tellOfRun(
  services: Services,
  receivers: readonly Receiver[],
  event: CloudEvent,
): Promise<CloudEvent | undefined> {
  const { kubernetes } = services
  const key = runKeyOf(event)
  const run = key === undefined ? 'foreign' : await readEnded(kubernetes, event, key)
  if (key === undefined || run === 'foreign') return undefined
  // `execute` answers the same end with the denial, which is told when it arrives.
  if (run !== 'gone' && denialOf(run) !== undefined) {
    await recordReceipt(services, run)
    return undefined
  }
  const ended = run === 'gone' ? await deletedNews(services, key) : await endedNews(services, run)
  const news = ended === undefined ? undefined : compose(ended)
  if (ended === undefined || news === undefined) return undefined
  const isTold = run !== 'gone' && run.metadata.labels?.[LABEL.told] === 'yes'
  const kept: Kept =
    run === 'gone'
      ? leaseOf(services, `told-${ended.id}`, { ...event, data: { metadata: key } })
      : keptOn(services, run)
  if (!isTold) await tell(services, receivers, { key: ended.id, news, ...kept })
  return ended
}

/** The denied run of an event, if the run itself says that it was denied: an event alone must not mark one as told. */
async function deniedRun({ kubernetes }: Services, event: CloudEvent): Promise<PipelineRun | undefined> {
  const { run: key } = event.data as RemediationDenied
  const run = key === undefined ? 'foreign' : await readRun(kubernetes, key)
  return run === 'gone' || run === 'foreign' || denialOf(run) === undefined ? undefined : run
}

async function tellOfDenial(
  services: Services,
  receivers: readonly Receiver[],
  run: PipelineRun,
): Promise<void> {
  const event = deniedNews(run)
  const news = event === undefined ? undefined : compose(event)
  if (event === undefined || news === undefined || run.metadata.labels?.[LABEL.told] === 'yes') return
  // Before it is marked as told: from then on nobody looks at it again.
  await recordReceipt(services, run)
  await tell(services, receivers, { key: event.id, news, ...keptOn(services, run) })
}

async function tellOfEvent(
  services: Services,
  receivers: readonly Receiver[],
  event: CloudEvent,
): Promise<void> {
  checkedData(event)
  const denied = event.type === TYPE.denied ? await deniedRun(services, event) : undefined
  if (denied !== undefined) return tellOfDenial(services, receivers, denied)
  const news = compose(event)
  if (news === undefined) return
  const key = ledgerName(event)
  await tell(services, receivers, { key, news, ...leaseOf(services, key, event) })
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
