// A dead letter as it is kept: a ConfigMap that holds the event in structured mode, and why it died.

import type { CloudEvent } from '../events/cloudevent.ts'
import { encodeStructured } from '../events/codec.ts'
import { hashOf } from '../events/identity.ts'
import type { KubernetesObject } from '../kubernetes/resources.ts'
import { LABEL } from '../remediation/marks.ts'

export interface DeadLetter extends KubernetesObject {
  readonly data: { readonly event: string; readonly why: string; readonly whole: 'true' | 'false' }
}

/** A ConfigMap holds 1 MiB; base64 and escapes of the event's own text need room. */
const MAX_BYTES = 512 * 1024

/** Extensions that the Broker adds to what it could not deliver (knative/specs eventing/control-plane.md, "dead letter sink"). */
const ERROR = ['knativeerrordest', 'knativeerrorcode', 'knativeerrordata'] as const

function reasonOf(event: CloudEvent): string {
  const [destination, code, data] = ERROR.map(name => event[name])
  const text = typeof data === 'string' ? Buffer.from(data, 'base64').toString('utf8') : ''
  return `${destination ?? 'an unknown subscriber'} answered ${code ?? 'nothing'}: ${text}`.trim()
}

/** What the Broker itself adds on the way. */
const TRAVELLED: readonly string[] = [...ERROR, 'knativebrokerttl', 'knativearrivaltime']

/** The event as its sender sent it: replaying it must not carry the old failure, nor its spent passes. */
function original(event: CloudEvent): CloudEvent {
  const kept = Object.entries(event).filter(([name]) => !TRAVELLED.includes(name))
  return Object.fromEntries(kept) as CloudEvent
}

function textOf(event: CloudEvent): string {
  const { body } = encodeStructured(event)
  return typeof body === 'string' ? body : Buffer.from(body).toString('utf8')
}

/** The same event for the same subscriber is one dead letter, however often it dies. */
export function deadLetterOf(event: CloudEvent, namespace: string): DeadLetter {
  const name = `dead-${hashOf(event.source, event.id, String(event[ERROR[0]] ?? ''))}`
  const clean = original(event)
  const text = textOf(clean)
  const isWhole = Buffer.byteLength(text) <= MAX_BYTES
  const { data: _, ...attributes } = clean
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace, labels: { [LABEL.deadLetter]: 'true' } },
    data: {
      event: isWhole ? text : textOf(attributes as CloudEvent),
      why: reasonOf(event),
      whole: isWhole ? 'true' : 'false',
    },
  }
}
