// An event as a text that is kept and read again: structured mode, whole.

import type { CloudEvent } from './cloudevent.ts'
import { decode, encodeStructured } from './codec.ts'

const STRUCTURED = { 'content-type': 'application/cloudevents+json' }

export function eventToText(event: CloudEvent): string {
  return Buffer.from(encodeStructured(event).body).toString('utf8')
}

/** Throws a Fault `malformed` when the text is no event. */
export function eventFromText(text: string): CloudEvent {
  return decode(STRUCTURED, Buffer.from(text))
}
