// Posts dead letters again that a person marked for it, and forgets them once the Broker has taken them.

import type { DeadLetter } from '../../shared/deadletters/dead-letter.ts'
import { eventFromText } from '../../shared/events/text.ts'
import { configMaps } from '../../shared/kubernetes/resources.ts'
import { ANNOTATION, LABEL } from '../../shared/remediation/marks.ts'
import type { Services } from '../../shared/runtime/function.ts'

async function replay({ kubernetes, post }: Services, letter: DeadLetter): Promise<void> {
  const { namespace, name, uid, resourceVersion } = letter.metadata
  await post(eventFromText(letter.data.event))
  // One that died again on the way was written to meanwhile, and stays.
  await kubernetes.remove(configMaps, { namespace, name, uid }, { resourceVersion })
}

export async function replayDeadLetters(services: Services): Promise<void> {
  const { kubernetes, config, log } = services
  const selection = { namespace: config.namespace, labelSelector: LABEL.deadLetter }
  const { items } = await kubernetes.list<DeadLetter>(configMaps, selection)
  const marked = items.filter(
    ({ metadata, data }) => metadata.annotations?.[ANNOTATION.replay] !== undefined && data.whole === 'true',
  )
  for (const letter of marked) {
    await replay(services, letter).catch(error =>
      log.warn({ deadLetter: letter.metadata.name, error: String(error) }, 'could not be replayed'),
    )
  }
}
