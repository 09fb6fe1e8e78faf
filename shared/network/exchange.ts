// One HTTP exchange: a deadline, safe redirects, and a body that is read up to a limit.

import { isNowhere } from './address.ts'
import { NetworkError, networkErrorIn } from './error.ts'

export interface Exchange {
  readonly url: URL
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array<ArrayBuffer> | string | undefined
  /** The most bytes of a successful answer's body. */
  readonly limit: number
  readonly signal?: AbortSignal | undefined
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Where the answer came from, after redirects. */
  readonly url: URL
}

export type Exchanger = (exchange: Exchange) => Promise<Answer>

const REDIRECTS = new Set([301, 302, 303, 307, 308])
const HARMLESS = new Set(['accept', 'range', 'if-none-match'])
const MAX_REDIRECTS = 5
const MAX_ERROR_BODY = 64 * 1024

/** Wraps a `fetch`; `timeout` bounds one exchange in milliseconds, body included. Throws NetworkError only. */
export function createExchanger(fetch: typeof globalThis.fetch, timeout: number): Exchanger {
  return async exchange => {
    const limits = [AbortSignal.timeout(timeout), ...(exchange.signal ? [exchange.signal] : [])]
    const signal = AbortSignal.any(limits)
    try {
      return await follow(fetch, { ...exchange, signal })
    } catch (error) {
      const known = networkErrorIn(error)
      if (known !== undefined) throw known
      throw new NetworkError('unavailable', explain(exchange.url.host, signal, error), { cause: error })
    }
  }
}

async function follow(fetch: typeof globalThis.fetch, exchange: Exchange): Promise<Answer> {
  let { url, headers } = exchange
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const response = await fetch(url, {
      method: exchange.method,
      headers: { 'accept-encoding': 'identity', 'user-agent': 'playbook-functions', ...headers },
      redirect: 'manual',
      ...(exchange.body !== undefined && { body: exchange.body }),
      ...(exchange.signal && { signal: exchange.signal }),
    })
    const location = response.headers.get('location')
    const mayFollow = exchange.method === 'GET' || exchange.method === 'HEAD'
    if (!mayFollow || !REDIRECTS.has(response.status) || location === null) {
      const bytes = await readCapped(response, url.host, exchange.limit)
      return { status: response.status, headers: response.headers, bytes, url }
    }
    await response.body?.cancel()
    const next = redirectTarget(url, location)
    if (next.origin !== url.origin) headers = harmless(headers)
    url = next
  }
  throw new NetworkError('invalid', `${exchange.url.host} redirected more than ${MAX_REDIRECTS} times`)
}

/** Storage behind a server may be anywhere, but never less protected, and never a machine's metadata service. */
function redirectTarget(from: URL, location: string): URL {
  const to = URL.canParse(location, from.href) ? new URL(location, from) : undefined
  if (to?.protocol !== 'https:' && to?.protocol !== from.protocol) {
    throw new NetworkError('invalid', `${from.host} redirected from ${from.protocol} to something less safe`)
  }
  if (isNowhere(to.hostname))
    throw new NetworkError('invalid', `${from.host} redirected to a link-local address`)
  return to
}

/** What another host may know; tokens come in headers of many names, so the rest stays here. */
function harmless(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => HARMLESS.has(name)))
}

/** Counts what arrives instead of believing Content-Length. The body of an error is cut, not refused. */
async function readCapped(response: Response, host: string, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let size = 0
  const most = response.ok ? limit : MAX_ERROR_BODY
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > most && response.ok) {
      throw new NetworkError('tooLarge', `${host} sent more than the ${limit} bytes that we take`)
    }
    if (size > most) break
    chunks.push(chunk)
  }
  return new Uint8Array(Buffer.concat(chunks))
}

function explain(host: string, signal: AbortSignal, error: unknown): string {
  if (signal.aborted) return `${host} did not answer in time: check the registry and the network to it`
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : ''
  return `${host} cannot be reached${code}: check its name, that it runs, and the network to it`
}
