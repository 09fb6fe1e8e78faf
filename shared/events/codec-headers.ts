// Context attributes in HTTP headers: reading `ce-` headers, and writing them.

import { Fault } from '../runtime/fault.ts'
import { percentDecode, percentEncode } from './codec-percent.ts'

/** Headers as `node:http` and `Object.fromEntries(new Headers())` give them; names in any case. */
export type HttpHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

/** Header names in lower case, one value each. Throws `Fault('malformed')` when an attribute came twice. */
export function flattenHeaders(headers: HttpHeaders): Record<string, string> {
  const lower: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue
    const values = typeof value === 'string' ? [value] : value
    const key = name.toLowerCase()
    if (key.startsWith('ce-') && (values.length !== 1 || key in lower))
      throw new Fault('malformed', `the header ${key} came more than once; send each attribute once`)
    lower[key] = values.join(', ')
  }
  return lower
}

/**
 * Reads every `ce-` header into an attribute, percent-decoded, and Content-Type into datacontenttype
 * (HTTP binding 3.1.1 and 3.1.3). Expects lower-case names; throws `Fault('malformed')`.
 */
export function readAttributes(headers: Readonly<Record<string, string>>): Record<string, unknown> {
  const attributes: Record<string, unknown> = {}
  for (const [header, value] of Object.entries(headers)) {
    if (!header.startsWith('ce-')) continue
    const name = header.slice('ce-'.length)
    if (name === 'datacontenttype')
      throw new Fault('malformed', 'the header ce-datacontenttype is not allowed; use Content-Type instead')
    attributes[name] = decodeValue(name, value)
  }
  const contentType = headers['content-type']
  return contentType === undefined ? attributes : { ...attributes, datacontenttype: contentType }
}

function decodeValue(name: string, value: string): string {
  try {
    return percentDecode(value)
  } catch (cause) {
    const sentence = `attribute "${name}": the percent-encoded bytes of header ce-${name} are not UTF-8; encode UTF-8`
    throw new Fault('malformed', sentence, { cause })
  }
}

/** Writes attributes, datacontenttype aside, as percent-encoded `ce-` headers. */
export function writeAttributes(attributes: Readonly<Record<string, unknown>>): Record<string, string> {
  const entries = Object.entries(attributes).filter(([name]) => name !== 'datacontenttype')
  return Object.fromEntries(entries.map(([name, value]) => [`ce-${name}`, percentEncode(String(value))]))
}
