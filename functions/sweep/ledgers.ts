// The ledgers of news without a run: what not everyone was told is posted again, what is old is removed.

import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { decode } from '../../shared/events/codec.ts'
import { type KubernetesObject, leases } from '../../shared/kubernetes/resources.ts'
import { ANNOTATION, LABEL } from '../../shared/remediation/marks.ts'
import type { Services } from '../../shared/runtime/function.ts'

/** Longer than any Broker keeps trying. */
const LIFE_MS = 24 * 3_600_000
/** Its first telling may still be going on. */
const GRACE_MS = 60_000
const STRUCTURED = { 'content-type': 'application/cloudevents+json' }

function ageOf({ metadata }: KubernetesObject, now: number): number {
  return now - Date.parse(metadata.creationTimestamp ?? '')
}

function untoldEvent({ metadata }: KubernetesObject): CloudEvent | undefined {
  const text = metadata.annotations?.[ANNOTATION.event]
  return text === undefined || metadata.labels?.[LABEL.told] !== 'no'
    ? undefined
    : decode(STRUCTURED, Buffer.from(text))
}

export async function sweepLedgers({ kubernetes, config, clock, post, log }: Services): Promise<void> {
  const { namespace } = config
  const { items } = await kubernetes.list<KubernetesObject>(leases, {
    namespace,
    labelSelector: LABEL.ledger,
  })
  for (const lease of items) {
    const age = ageOf(lease, clock.now())
    const event = untoldEvent(lease)
    const { name } = lease.metadata
    if (age > LIFE_MS) await kubernetes.remove(leases, { namespace, name })
    else if (event !== undefined && age > GRACE_MS)
      await post(event).catch(error => log.warn({ ledger: name, error: String(error) }, 'not told yet'))
  }
}
