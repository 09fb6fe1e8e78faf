// A network of plain handlers: which host answers how, and what each was asked.

import type { Handler } from '../../../local/registry/handler.ts'

interface Asked {
  readonly method: string
  readonly url: string
  readonly authorization: string | null
}

export interface Network {
  readonly fetch: typeof globalThis.fetch
  readonly asked: Asked[]
}

/** Origins to handlers; any other origin cannot be reached. */
export function createNetwork(hosts: Readonly<Record<string, Handler>>): Network {
  const asked: Asked[] = []
  return {
    asked,
    async fetch(input, init) {
      const request = new Request(input, init)
      const { origin, href } = new URL(request.url)
      asked.push({ method: request.method, url: href, authorization: request.headers.get('authorization') })
      const handler = hosts[origin]
      if (handler === undefined) throw new TypeError('fetch failed', { cause: new Error('no such host') })
      return handler(request)
    },
  }
}
