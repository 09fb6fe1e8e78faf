// A Knative Broker in this process: unmodified Broker and Trigger objects over real HTTP, synchronous like the default
// Broker with its in-memory channel, or asynchronous like a Kafka one.

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { countInFlight } from './inflight.ts'
import { serveIngress } from './ingress.ts'
import type { BrokerOptions, LocalBroker } from './options.ts'
import { createRouter } from './router.ts'

/** Starts a Broker on 127.0.0.1. In synchronous mode a POST returns after the whole chain; 500 if an event was lost. */
export async function startBroker(options: BrokerOptions): Promise<LocalBroker> {
  const stop = new AbortController()
  const inFlight = countInFlight()
  const url = (namespace: string, name: string) => `${base}/${namespace}/${name}`
  const route = createRouter(options, { signal: stop.signal, url, track: inFlight.track })
  const server = createServer(serveIngress(route))
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    idle: inFlight.idle,
    close: async () => {
      stop.abort()
      server.close()
      server.closeAllConnections()
      await inFlight.idle()
    },
  }
}
