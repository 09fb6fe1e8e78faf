// What could not be delivered is kept, told once, and can be replayed.

import { leaseLedger } from '../../shared/channels/ledgers.ts'
import type { News, Receiver } from '../../shared/channels/receiver.ts'
import { receiversOf } from '../../shared/channels/receivers.ts'
import { tellAll } from '../../shared/channels/tell.ts'
import { type DeadLetter, deadLetterOf } from '../../shared/deadletters/dead-letter.ts'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { FLOWS } from '../../shared/events/contract.ts'
import { isAlreadyExists } from '../../shared/kubernetes/errors.ts'
import { configMaps } from '../../shared/kubernetes/resources.ts'
import { ANNOTATION } from '../../shared/remediation/marks.ts'
import type { PlaybookFunction, Services } from '../../shared/runtime/function.ts'

function newsOf(event: CloudEvent, letter: DeadLetter): News {
  const { name, namespace } = letter.metadata
  const replay =
    letter.data.whole === 'true'
      ? `kubectl -n ${namespace} annotate configmap ${name} ${ANNOTATION.replay}=now`
      : 'It was too large to keep whole; its sender must send it again.'
  return {
    severity: 'bad',
    headline: `An event could not be delivered: ${event.type}`,
    facts: [
      ['Event', `${event.source} ${event.id}`],
      ['Why', letter.data.why],
      ['Kept in', `ConfigMap ${namespace}/${name}`],
      ['Replay', replay],
    ],
    event,
  }
}

/** One that was being replayed has died again: the mark goes, so that the sweep neither forgets nor repeats it. */
async function keep({ kubernetes }: Services, letter: DeadLetter): Promise<void> {
  try {
    await kubernetes.create(configMaps, letter)
  } catch (error) {
    if (!isAlreadyExists(error)) throw error
    const { why } = letter.data
    const patch = { metadata: { annotations: { [ANNOTATION.replay]: null } }, data: { why } }
    await kubernetes.patch(configMaps, letter.metadata, patch)
  }
}

async function tell(
  services: Services,
  receivers: readonly Receiver[],
  news: News,
  name: string,
): Promise<void> {
  const { kubernetes, clock, config, background, log } = services
  const ledger = leaseLedger(kubernetes, { namespace: config.namespace, name: `told-${name}` })
  await background.run(
    `tell ${name}`,
    async () => {
      const result = await tellAll({ receivers, ledger, clock }, news)
      if (result === 'not yet') log.warn({ deadLetter: name }, 'not everyone could be told yet')
    },
    async () => undefined,
  )
}

export const deadletter: PlaybookFunction = {
  name: 'deadletter',
  accepts: FLOWS.deadletter.takes,
  create: services => {
    const receivers = receiversOf(services)
    return async event => {
      const letter = deadLetterOf(event, services.config.namespace)
      // Kept before anything else: once this answers, the Broker forgets the event.
      await keep(services, letter)
      await tell(services, receivers, newsOf(event, letter), letter.metadata.name)
      return undefined
    }
  },
}
