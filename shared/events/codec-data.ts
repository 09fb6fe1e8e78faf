// What an event's data is for a media type: a JSON value, a text, or bytes.

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The type and subtype in lower case, without parameters. */
export function mediaTypeOf(contentType: string): string {
  return (contentType.split(';', 1)[0] ?? '').trim().toLowerCase()
}

/** Subtype `json` or suffix `+json`, any type (JSON format 3.1, https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md#31-handling-of-data). */
export function isJson(contentType: string): boolean {
  return /^[^/]+\/(?:[^/]+\+)?json$/.test(mediaTypeOf(contentType))
}

/** Decodes UTF-8, a byte order mark included; `undefined` when it is not UTF-8. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return UTF8.decode(bytes)
  } catch {
    return undefined
  }
}

function isText(contentType: string): boolean {
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(contentType)?.[1]?.toLowerCase()
  if (charset !== undefined) return charset === 'utf-8' || charset === 'utf8' || charset === 'us-ascii'
  return /^text\/|[/+](?:xml|yaml)$|^application\/(?:x-www-form-urlencoded|javascript)$/.test(
    mediaTypeOf(contentType),
  )
}

/**
 * Reads data that travelled as bytes: JSON is parsed, UTF-8 text becomes a string, and everything else stays
 * bytes. Throws `SyntaxError` when JSON was announced and is not there.
 */
export function parseData(contentType: string | undefined, bytes: Uint8Array): unknown {
  if (contentType === undefined) return bytes
  if (isJson(contentType)) return parseJson(bytes)
  return isText(contentType) ? (textOf(bytes) ?? bytes) : bytes
}

/** Parses UTF-8 JSON, byte order mark tolerated; throws `SyntaxError`. */
export function parseJson(bytes: Uint8Array): unknown {
  const text = textOf(bytes)
  if (text === undefined) throw new SyntaxError('the bytes are not UTF-8')
  return JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text)
}

/**
 * Writes data as bytes for its media type; no media type means JSON. Bytes stay as they are, JSON is encoded, text is
 * UTF-8. Throws `TypeError` for a value that the media type cannot hold.
 */
export function serializeData(contentType: string | undefined, data: unknown): Uint8Array<ArrayBuffer> {
  if (data instanceof Uint8Array) return new Uint8Array(data)
  if (contentType === undefined || isJson(contentType)) {
    const json = JSON.stringify(data)
    if (json === undefined) throw new TypeError(`a ${typeof data} cannot be written as JSON`)
    return Buffer.from(json)
  }
  if (typeof data === 'string') return Buffer.from(data)
  throw new TypeError(`a value that is neither text nor bytes cannot be written as ${contentType}`)
}
