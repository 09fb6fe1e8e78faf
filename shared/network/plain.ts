// As much of fetch as an exchange needs, over undici's plain requests: fetch costs four times as much, and more at first.

import { pipeline, type Readable } from 'node:stream'
import { createUnzip } from 'node:zlib'
import type { Dispatcher } from 'undici'

/** Answers have `status`, `ok`, `headers` and a `body` that is read once; a redirect is an answer. */
export function plainFetch(wayTo: (url: URL) => Dispatcher): typeof globalThis.fetch {
  const send = async (input: string | URL, init: RequestInit = {}) => {
    const url = new URL(input)
    const { method = 'GET', headers, body, signal } = init
    const answer = await wayTo(url).request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: method as Dispatcher.HttpMethod,
      ...(headers && { headers: headers as Record<string, string> }),
      ...(body && { body: body as Uint8Array | string }),
      ...(signal && { signal }),
    })
    const status = answer.statusCode
    return {
      status,
      ok: status >= 200 && status < 300,
      headers: headersOf(answer.headers),
      body: {
        [Symbol.asyncIterator]: () => decoded(answer)[Symbol.asyncIterator](),
        cancel: () => answer.body.dump(),
      },
    }
  }
  return send as unknown as typeof globalThis.fetch
}

/** Some proxies compress although nobody asked for it, as fetch knows. */
function decoded({ headers, body }: Dispatcher.ResponseData): Readable {
  const encoding = String(headers['content-encoding'] ?? '')
  if (!/^(?:x-)?gzip$|^deflate$/.test(encoding)) return body
  // Whoever of the two ends first ends the other; the reader hears of it from the stream it reads.
  return pipeline(body, createUnzip(), () => undefined)
}

function headersOf(given: Readonly<Record<string, string | string[] | undefined>>): Headers {
  const headers = new Headers()
  for (const [name, values = []] of Object.entries(given))
    for (const value of [values].flat()) headers.append(name, value)
  return headers
}
