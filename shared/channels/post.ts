// One POST to a receiver outside the cluster, with a deadline; what its answer means is in one place.

import { Fault } from '../runtime/fault.ts'

export interface Post {
  readonly receiver: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const DEADLINE_MS = 10_000

/** Resolves on 2xx; 408, 425, 429, 5xx and no answer are `unavailable`, other answers `impossible`. Never names the URL: it holds the credential. */
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
      redirect: 'error',
    })
  } catch (error) {
    throw new Fault('unavailable', `${receiver} did not answer`, { cause: error })
  }
  const answer = (await response.text().catch(() => '')).slice(0, 200)
  if (response.ok) return
  const mayPass = [408, 425, 429].includes(response.status) || response.status >= 500
  throw new Fault(
    mayPass ? 'unavailable' : 'impossible',
    `${receiver} answered ${response.status}: ${answer}`,
  )
}
