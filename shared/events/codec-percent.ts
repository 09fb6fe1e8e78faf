// Percent-encoding of attribute values in HTTP headers, and unquoting of the values that older senders quote.

/** Needs no encoding. */
const PLAIN = /^[!#$&-~]*$/
const UTF8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Encodes whatever is not printable ASCII, and space, `"` and `%`, as the UTF-8 bytes' `%XX`
 * (HTTP binding 3.1.3.2, https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#3132-http-header-values).
 */
export function percentEncode(value: string): string {
  return PLAIN.test(value) ? value : value.replace(/[^!#$&-~]+/gu, encodeBytes)
}

function encodeBytes(text: string): string {
  return [...Buffer.from(text, 'utf8')]
    .map(byte => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
    .join('')
}

/**
 * Unquotes a double-quoted header value, then decodes one round of `%XX` (HTTP binding 3.1.3.2). A `%` without two
 * hexadecimal digits stays as it is, because the Go and Java SDKs never encode it.
 * Throws `TypeError` when the bytes are not UTF-8.
 */
export function percentDecode(header: string): string {
  const value = unquote(header)
  return value.includes('%') ? value.replace(/(?:%[0-9a-f]{2})+/gi, decodeBytes) : value
}

function decodeBytes(text: string): string {
  return UTF8.decode(Buffer.from(text.replaceAll('%', ''), 'hex'))
}

function unquote(header: string): string {
  if (!header.includes('"')) return header
  const quoted = /^\s*"((?:[^"\\]|\\.)*)"\s*$/.exec(header)?.[1]
  return quoted === undefined ? header : quoted.replace(/\\(.)/g, '$1')
}
