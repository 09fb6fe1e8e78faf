// The CloudEvents 1.0.2 HTTP codec: strict where the SDK invents, loses or skips, and a Fault for what is not an event.

import { Fault, type FaultKind } from '../runtime/fault.ts'
import type { CloudEvent } from './cloudevent.ts'
import { findProblem } from './codec-attributes.ts'
import { mediaTypeOf, parseData, serializeData } from './codec-data.ts'
import { flattenHeaders, type HttpHeaders, readAttributes, writeAttributes } from './codec-headers.ts'
import { dataMember, readEnvelope } from './codec-structured.ts'

/** An event on the wire; header names in lower case. */
export interface HttpMessage {
  readonly headers: Record<string, string>
  readonly body: Uint8Array<ArrayBuffer>
}

const STRUCTURED = 'application/cloudevents+json'

/**
 * Reads an event in binary or structured mode and its data by media type: JSON parsed, UTF-8 text as a string, the rest
 * as bytes; no bytes are no data. Throws `Fault('malformed')` that names the attribute, the rule and what to do
 * (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#3-http-message-mapping).
 */
export function decode(headers: HttpHeaders, body: Uint8Array): CloudEvent {
  return withParsedData(decodeOpaque(headers, body))
}

/**
 * Reads the attributes as `decode` does and leaves the data as bytes, for those who only pass it on. The data of a
 * structured event is what binary mode would have carried. Throws `Fault('malformed')`.
 */
export function decodeOpaque(headers: HttpHeaders, body: Uint8Array): CloudEvent<Uint8Array> {
  const lower = flattenHeaders(headers)
  const mediaType = mediaTypeOf(lower['content-type'] ?? '')
  if (mediaType.startsWith('application/cloudevents-batch'))
    throw malformed(`a batch (${mediaType}) is not accepted; send one event per request`)
  if (mediaType.startsWith('application/cloudevents') && mediaType !== STRUCTURED)
    throw malformed(`the event format ${mediaType} is not supported; use ${STRUCTURED} or binary mode`)
  const { attributes, data } =
    mediaType === STRUCTURED ? readEnvelope(body) : { attributes: readAttributes(lower), data: body }
  const event = requireLegal(attributes, 'malformed')
  return data === undefined || data.byteLength === 0 ? event : { ...event, data }
}

/** Parses data that `decodeOpaque` left as bytes. Throws `Fault('malformed')` when JSON was announced and is not there. */
export function withParsedData(event: CloudEvent<Uint8Array>): CloudEvent {
  if (event.data === undefined) return event
  try {
    return { ...event, data: parseData(event.datacontenttype, event.data) }
  } catch (cause) {
    const sentence = `attribute "datacontenttype" is ${event.datacontenttype} but the data is not JSON`
    throw new Fault(
      'malformed',
      `${sentence} (${(cause as Error).message}); send JSON or name another type`,
      {
        cause,
      },
    )
  }
}

/** Writes an event in binary mode; data without a datacontenttype is JSON. Throws `Fault('bug')` for an illegal event. */
export function encodeBinary(event: CloudEvent): HttpMessage {
  const { attributes, data, contentType } = disassemble(event)
  return {
    headers: {
      ...writeAttributes(attributes),
      ...(contentType === undefined ? {} : { 'content-type': contentType }),
    },
    body: data === undefined ? new Uint8Array() : write(contentType, data),
  }
}

/** Writes an event in structured mode as JSON; bytes travel as `data_base64`. Throws `Fault('bug')` for an illegal event. */
export function encodeStructured(event: CloudEvent): HttpMessage {
  const { attributes, data, contentType } = disassemble(event)
  const envelope = {
    ...attributes,
    ...(contentType === undefined ? {} : { datacontenttype: contentType }),
    ...(data === undefined ? {} : dataMember(contentType, data, write(contentType, data))),
  }
  return {
    headers: { 'content-type': `${STRUCTURED}; charset=utf-8` },
    body: Buffer.from(JSON.stringify(envelope)),
  }
}

interface Parts {
  readonly attributes: Readonly<Record<string, unknown>>
  readonly data: unknown
  readonly contentType: string | undefined
}

function disassemble(event: CloudEvent): Parts {
  const { data: given, data_base64: base64, ...members } = event
  const present = Object.entries(members).filter(([, value]) => value !== undefined && value !== null)
  const attributes = requireLegal(Object.fromEntries(present), 'bug')
  const data = given === undefined && typeof base64 === 'string' ? Buffer.from(base64, 'base64') : given
  const implied = data === undefined || data instanceof Uint8Array ? undefined : 'application/json'
  return { attributes, data, contentType: attributes.datacontenttype ?? implied }
}

function requireLegal(
  attributes: Readonly<Record<string, unknown>>,
  kind: FaultKind,
): CloudEvent<Uint8Array> {
  const problem = findProblem(attributes)
  if (problem !== undefined) throw new Fault(kind, `attribute "${problem.attribute}" ${problem.rule}`)
  // The check above has just established that id, source, type and specversion are there and are strings.
  return attributes as CloudEvent<Uint8Array>
}

function write(contentType: string | undefined, data: unknown): Uint8Array<ArrayBuffer> {
  try {
    return serializeData(contentType, data)
  } catch (cause) {
    throw new Fault('bug', `the event's data: ${(cause as Error).message}`, { cause })
  }
}

function malformed(sentence: string): Fault {
  return new Fault('malformed', sentence)
}
