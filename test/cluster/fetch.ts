// fetch over a connection of one's own: client certificates, a private CA.

import { type Dispatcher, type RequestInit as UndiciInit, fetch as undiciFetch } from 'undici'

/** The same `fetch`, through a dispatcher; its answers are the platform's own. */
export function fetchThrough(dispatcher: Dispatcher): typeof globalThis.fetch {
  return async (input, init) => {
    const address = input instanceof Request ? input.url : input
    // The platform's fetch is another copy of the same library: the same shapes under other names.
    const answer = await undiciFetch(address, { ...(init as UndiciInit | undefined), dispatcher })
    const isEmpty = [204, 205, 304].includes(answer.status) || init?.method === 'HEAD'
    const body = isEmpty ? null : await answer.arrayBuffer()
    return new Response(body, { status: answer.status, headers: [...answer.headers] })
  }
}
