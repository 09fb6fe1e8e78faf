// The ledgers of news without a run: what not everyone was told is posted again, what is old is removed.

import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { eventFromText } from '../../shared/events/text.ts'
import { type KubernetesObject, leases } from '../../shared/kubernetes/resources.ts'
import { ANNOTATION, LABEL } from '../../shared/remediation/marks.ts'
import type { Services } from '../../shared/runtime/function.ts'

/** Longer than any Broker keeps trying. */
const LIFE_MS = 24 * 3_600_000
/** Its first telling may still be going on. */
const GRACE_MS = 60_000

function ageOf({ metadata }: KubernetesObject, now: number): number {
  return now - Date.parse(metadata.creationTimestamp ?? '')
}

function untoldEvent({ metadata }: KubernetesObject): CloudEvent | undefined {
  const text = metadata.annotations?.[ANNOTATION.event]
  return text === undefined || metadata.labels?.[LABEL.told] !== 'no' ? undefined : eventFromText(text)
}

async function sweepLedger({ kubernetes, clock, post }: Services, lease: KubernetesObject): Promise<void> {
  const { namespace, name, uid } = lease.metadata
  const age = ageOf(lease, clock.now())
  if (age > LIFE_MS) return kubernetes.remove(leases, { namespace, name, uid })
  const event = age > GRACE_MS ? untoldEvent(lease) : undefined
  if (event !== undefined) await post(event)
}

/** Each ledger by itself: one that was spoiled, or that another sweep has removed, keeps no other back. */
export async function sweepLedgers(services: Services): Promise<void> {
  const { kubernetes, config, log } = services
  const { items } = await kubernetes.list<KubernetesObject>(leases, {
    namespace: config.namespace,
    labelSelector: LABEL.ledger,
  })
  for (const lease of items)
    await sweepLedger(services, lease).catch(error =>
      log.warn({ ledger: lease.metadata.name, error: String(error) }, 'a ledger is left for the next sweep'),
    )
}
