// Asking a server over HTTP on behalf of a resolver, in a resolver's errors.

import { NetworkError } from '../network/error.ts'
import { type Answer, createExchanger } from '../network/exchange.ts'
import { readRetryAfter } from '../oci/retry.ts'
import { ResolutionError } from './error.ts'

export interface Question {
  readonly url: URL
  readonly headers?: Readonly<Record<string, string>>
  /** The most bytes to take. */
  readonly limit: number
  readonly signal: AbortSignal
}

/** GETs; 408, 429 and 5xx are errors that may pass, every other status is an answer. Throws ResolutionError. */
export type Ask = (question: Question) => Promise<Answer>

/** The framework's own limit is shorter wherever it is configured. */
const LONGEST_MS = 300_000

function isBusy(status: number): boolean {
  return status === 408 || status === 429 || status >= 500
}

export function createAsk(fetch: typeof globalThis.fetch): Ask {
  const exchange = createExchanger(fetch, LONGEST_MS)
  return async ({ url, headers = {}, limit, signal }) => {
    const answer = await exchange({ url, method: 'GET', headers, limit, signal }).catch(error => {
      if (!(error instanceof NetworkError)) throw error
      throw new ResolutionError(error.message, { mayPass: error.reason === 'unavailable', cause: error })
    })
    if (!isBusy(answer.status)) return answer
    throw new ResolutionError(`${url.host} answered ${answer.status}: try again later`, {
      mayPass: true,
      retryAfter: readRetryAfter(answer.headers),
    })
  }
}

/** The body as text. Throws ResolutionError where it is not UTF-8. */
export function textOf({ bytes, url }: Answer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new ResolutionError(`what ${url.host} sent is not UTF-8`, { cause: error })
  }
}

/** The body as JSON. Throws ResolutionError where it is none. */
export function jsonOf(answer: Answer): unknown {
  try {
    return JSON.parse(textOf(answer))
  } catch (error) {
    if (error instanceof ResolutionError) throw error
    throw new ResolutionError(`what ${answer.url.host} sent is not JSON`, { cause: error })
  }
}

/** Without the slashes at its end; in one pass, however many there are before it. */
export function withoutEndSlashes(text: string): string {
  return text.replace(/(?<!\/)\/+$/, '')
}

/** An http or https URL, without a login in it: that would end in annotations and logs. Undefined where it is none. */
export function parseHttpUrl(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  const isPlain = url.username === '' && url.password === '' && url.hostname !== ''
  return isPlain && /^https?:$/.test(url.protocol) ? url : undefined
}
