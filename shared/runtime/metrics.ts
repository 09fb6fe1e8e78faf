// The metrics of a process, in Prometheus' format; what makes them is loaded when something is measured.

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Registry } from 'prom-client'

export interface Metrics {
  /** Where a function registers what it measures. */
  readonly registry: () => Promise<Registry>
  /** Undefined while nothing is measured. */
  readonly text: () => Promise<{ readonly contentType: string; readonly body: string } | undefined>
}

export function createMetrics(): Metrics {
  let loading: Promise<Registry> | undefined
  async function load(): Promise<Registry> {
    return (await import('./registry.ts')).createMetricsRegistry()
  }
  return {
    registry() {
      loading ??= load()
      return loading
    },
    async text() {
      const register = await loading
      return register && { contentType: register.contentType, body: await register.metrics() }
    },
  }
}

type Listener = (request: IncomingMessage, response: ServerResponse) => void

/** A server's listener that answers `GET /metrics` itself, as soon as something is measured. */
export function withMetrics(listener: Listener, metrics: Metrics): Listener {
  return (request, response) => {
    if (request.method !== 'GET' || !/^\/metrics(\?|$)/.test(request.url ?? ''))
      return listener(request, response)
    metrics.text().then(
      measured => {
        if (measured === undefined) return listener(request, response)
        response.writeHead(200, { 'content-type': measured.contentType }).end(measured.body)
      },
      error => response.destroy(error),
    )
  }
}
