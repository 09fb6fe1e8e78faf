// How the system's own events are made, so that a repetition of the cause is a repetition of the event.

import type { CloudEvent } from './cloudevent.ts'
import { schemaAddress } from './contract.ts'
import { objectEventId, replyId } from './identity.ts'

interface Envelope {
  readonly id: string
  readonly type: string
  readonly source: string
  readonly subject: string
  readonly correlationid?: string | undefined
  readonly causationid?: string | undefined
  readonly traceparent?: string | undefined
}

/** `source` of what a function sends. */
export function sourceOf(functionName: string): string {
  return `/playbook-functions/${functionName}`
}

function make<T>({ correlationid, causationid, traceparent, ...rest }: Envelope, data: T): CloudEvent<T> {
  return {
    specversion: '1.0',
    ...rest,
    datacontenttype: 'application/json',
    dataschema: schemaAddress(rest.type),
    ...(correlationid === undefined ? {} : { correlationid }),
    ...(causationid === undefined ? {} : { causationid }),
    ...(traceparent === undefined ? {} : { traceparent }),
    data,
  } as CloudEvent<T>
}

export interface ReplyTo {
  readonly from: string
  readonly cause: CloudEvent
  readonly type: string
  readonly subject: string
  readonly correlationId?: string | undefined
}

/** What travels through every Broker as it is; codecs differ over percent-encoding (cloudevents/spec issue 1397). */
function plain(value: unknown): string | undefined {
  return typeof value === 'string' && /^[!#$&-~]+$/.test(value) ? value : undefined
}

/** The answer to an event: its id is derived from the event and the type. */
export function reply<T>({ from, cause, type, subject, correlationId }: ReplyTo, data: T): CloudEvent<T> {
  const about = {
    id: replyId(cause, type),
    type,
    source: sourceOf(from),
    subject,
    correlationid: correlationId,
  }
  return make({ ...about, causationid: plain(cause.id), traceparent: plain(cause.traceparent) }, data)
}

export interface AboutObject {
  readonly from: string
  readonly type: string
  readonly subject: string
  readonly uid: string
  /** The object's generation, or the phase that the event tells of. */
  readonly phase: string | number
  readonly correlationId?: string | undefined
}

/** News of an object, whose own events carry random ids: its id is derived from the object and its phase. */
export function news<T>({ from, uid, phase, ...about }: AboutObject, data: T): CloudEvent<T> {
  const { type, subject, correlationId } = about
  const id = objectEventId(uid, type, phase)
  return make({ id, type, source: sourceOf(from), subject, correlationid: correlationId }, data)
}
