// The JSON event format: attributes and data in one JSON object.

import { Fault } from '../runtime/fault.ts'
import { isJson, parseJson } from './codec-data.ts'

/** What a structured event holds: attributes unchecked, data as the bytes that binary mode would have carried. */
export interface Envelope {
  readonly attributes: Record<string, unknown>
  readonly data: Uint8Array | undefined
}

/**
 * Reads a JSON event (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md): null is
 * absent, `data` without a datacontenttype is JSON. Throws `Fault('malformed')`.
 */
export function readEnvelope(body: Uint8Array): Envelope {
  const { data, data_base64: base64, ...members } = parseObject(body)
  const attributes = Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null))
  if (base64 !== undefined && base64 !== null) {
    if (data !== undefined)
      throw malformed('the event has both "data" and "data_base64"; send only one of them')
    return { attributes, data: bytesOf(base64) }
  }
  if (data === undefined) return { attributes, data: undefined }
  const { datacontenttype: contentType = 'application/json' } = attributes
  return { attributes: { ...attributes, datacontenttype: contentType }, data: dataBytes(contentType, data) }
}

function parseObject(body: Uint8Array): Record<string, unknown> {
  let value: unknown
  try {
    value = parseJson(body)
  } catch (cause) {
    const why = (cause as Error).message
    throw new Fault('malformed', `the body is not a JSON event (${why}); send one JSON object in UTF-8`, {
      cause,
    })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw malformed('the body is JSON but not an object; send one event as one JSON object')
  return { ...value }
}

function bytesOf(base64: unknown): Uint8Array {
  if (typeof base64 !== 'string' || !/^(?:[a-z0-9+/]{4})*(?:[a-z0-9+/]{2}==|[a-z0-9+/]{3}=)?$/i.test(base64))
    throw malformed('"data_base64" is not base64 (RFC 4648, section 4, padded); encode the bytes again')
  return Buffer.from(base64, 'base64')
}

function dataBytes(contentType: unknown, data: unknown): Uint8Array {
  if (typeof contentType !== 'string' || isJson(contentType)) return Buffer.from(JSON.stringify(data))
  if (typeof data === 'string') return Buffer.from(data)
  throw malformed(
    `"data" must be a string when datacontenttype is ${contentType}; send text or "data_base64"`,
  )
}

/** The member that carries data already written for its media type: JSON as it is, text as a string, bytes as base64. */
export function dataMember(contentType: string | undefined, data: unknown, bytes: Uint8Array): object {
  if (contentType !== undefined && isJson(contentType)) {
    try {
      return { data: parseJson(bytes) }
    } catch {
      return { data_base64: Buffer.from(bytes).toString('base64') }
    }
  }
  return typeof data === 'string' ? { data } : { data_base64: Buffer.from(bytes).toString('base64') }
}

function malformed(sentence: string): Fault {
  return new Fault('malformed', sentence)
}
