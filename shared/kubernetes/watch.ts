// A watch as an async iterable of events, one JSON document per line.

import type { ApiRequest, Connection } from './connection.ts'
import { KubernetesError, refusalOf } from './errors.ts'

export interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'
  readonly object: T
}

interface ErrorStatus {
  readonly code: number
  readonly reason?: string
  readonly message?: string
}

async function* lines(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of stream) {
    rest += decoder.decode(chunk, { stream: true })
    const parts = rest.split('\n')
    rest = parts.pop() ?? ''
    yield* parts.filter(part => part !== '')
  }
}

/**
 * Yields what the API server sends until it ends the watch; an ERROR event, such as 410 when the resourceVersion is too
 * old, throws `KubernetesError`, a connection that breaks a Fault `unavailable`
 * (https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes).
 */
export async function* watchEvents<T>(
  connection: Connection,
  request: ApiRequest,
): AsyncGenerator<WatchEvent<T>> {
  const response = await connection.open(request)
  if (response.status >= 300) throw refusalOf(response.status, await response.text())
  for await (const line of lines(response.stream)) {
    const event = JSON.parse(line) as WatchEvent<T> | { type: 'ERROR'; object: ErrorStatus }
    if (event.type === 'ERROR') {
      const { code, reason, message } = event.object
      throw new KubernetesError(code, reason ?? 'Unknown', message ?? 'the watch failed')
    }
    yield event
  }
}
