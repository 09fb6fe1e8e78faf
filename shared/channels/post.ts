// One POST to a receiver outside the cluster, with a deadline; what its answer means is in one place.

import { Fault } from '../runtime/fault.ts'

export interface Post {
  readonly receiver: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const DEADLINE_MS = 10_000
const SHOWN = 200

/** Only a code such as ECONNREFUSED: the messages and causes of fetch's errors hold the URL. */
function codeOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : undefined
  if (typeof cause !== 'object' || cause === null) return 'unknown error'
  if ('code' in cause && typeof cause.code === 'string') return cause.code
  return cause instanceof Error ? cause.name : 'unknown error'
}

/** Error pages like to repeat the path they were asked for. */
function withoutAddress(text: string, url: string): string {
  const { pathname, search, searchParams } = new URL(url)
  const secrets = [pathname + search, pathname, ...searchParams.values()]
  return secrets.filter(each => each.length > 3).reduce((rest, each) => rest.replaceAll(each, '…'), text)
}

/**
 * Resolves on 2xx; 408, 425, 429, 5xx and no answer are `unavailable`, other answers, redirects too, `impossible`.
 * Never names the URL: it holds the credential.
 */
export async function post(
  fetch: typeof globalThis.fetch,
  { receiver, url, headers, body }: Post,
): Promise<void> {
  let response: Response
  try {
    response = await fetch(url, {
      method: 'POST',
      headers,
      body,
      signal: AbortSignal.timeout(DEADLINE_MS),
      redirect: 'manual',
    })
  } catch (error) {
    throw new Fault('unavailable', `${receiver} did not answer (${codeOf(error)})`)
  }
  const text = await response.text().catch(() => '')
  if (response.ok) return
  const answer = withoutAddress(text, url).slice(0, SHOWN)
  const mayPass = [408, 425, 429].includes(response.status) || response.status >= 500
  throw new Fault(
    mayPass ? 'unavailable' : 'impossible',
    `${receiver} answered ${response.status}${answer === '' ? '' : `: ${answer}`}`,
  )
}
