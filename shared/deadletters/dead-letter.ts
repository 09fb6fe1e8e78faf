// A dead letter as it is kept: a ConfigMap that holds the event in structured mode, and why it died.

import type { CloudEvent } from '../events/cloudevent.ts'
import { hashOf } from '../events/identity.ts'
import { eventToText } from '../events/text.ts'
import type { KubernetesObject } from '../kubernetes/resources.ts'
import { LABEL } from '../remediation/marks.ts'

export interface DeadLetter extends KubernetesObject {
  readonly data: { readonly event: string; readonly why: string; readonly whole: 'true' | 'false' }
}

/** A ConfigMap holds 1 MiB; base64 and escapes of the event's own text need room. */
const MAX_BYTES = 512 * 1024
/** Characters of an attribute, where not even the attributes fit. */
const MAX_NAME = 1_000

/** Extensions that the Broker adds to what it could not deliver (knative/specs eventing/control-plane.md, "dead letter sink"). */
const ERROR = ['knativeerrordest', 'knativeerrorcode', 'knativeerrordata'] as const

function reasonOf(event: CloudEvent): string {
  const [destination, code, data] = ERROR.map(name => event[name])
  const text = typeof data === 'string' ? Buffer.from(data, 'base64').toString('utf8') : ''
  const answer = `${destination ?? 'an unknown subscriber'} answered ${code ?? 'nothing'}`
  return text === '' ? answer : `${answer}: ${text}`
}

/** What the Broker itself adds on the way. */
const TRAVELLED: readonly string[] = [...ERROR, 'knativebrokerttl', 'knativearrivaltime']

/** The event as its sender sent it: replaying it must not carry the old failure, nor its spent passes. */
function original(event: CloudEvent): CloudEvent {
  const kept = Object.entries(event).filter(([name]) => !TRAVELLED.includes(name))
  return Object.fromEntries(kept) as CloudEvent
}

/** What is left of an event that is too large: its attributes, or only those that every event has, cut short. */
function remainsOf(event: CloudEvent): string {
  const { data: _, ...attributes } = event
  const text = eventToText(attributes as CloudEvent)
  if (Buffer.byteLength(text) <= MAX_BYTES) return text
  const { specversion, id, source, type } = event
  const cut = (value: string): string => value.slice(0, MAX_NAME).toWellFormed()
  return eventToText({ specversion, id: cut(id), source: cut(source), type: cut(type) })
}

/** The same event for the same subscriber is one dead letter, however often it dies. */
export function deadLetterOf(event: CloudEvent, namespace: string): DeadLetter {
  const name = `dead-${hashOf(event.source, event.id, String(event[ERROR[0]] ?? ''))}`
  const clean = original(event)
  const text = eventToText(clean)
  const isWhole = Buffer.byteLength(text) <= MAX_BYTES
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace, labels: { [LABEL.deadLetter]: 'true' } },
    data: {
      event: isWhole ? text : remainsOf(clean),
      why: reasonOf(event),
      whole: isWhole ? 'true' : 'false',
    },
  }
}
