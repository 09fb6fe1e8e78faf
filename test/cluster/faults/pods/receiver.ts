// A webhook that remembers what it was told. Runs in the cluster as this one file.

import { createServer } from 'node:http'
import { json } from 'node:stream/consumers'

/** One delivery; the same message may come again under the same id. */
export interface Delivery {
  readonly id: string
  readonly type: string
  readonly subject: string
  /** Milliseconds since the epoch. */
  readonly at: number
}

const deliveries: Delivery[] = []

createServer(async (request, response) => {
  if (request.method !== 'POST') return response.end(JSON.stringify(deliveries))
  const { type, subject } = (await json(request)) as Pick<Delivery, 'type' | 'subject'>
  deliveries.push({ id: String(request.headers['webhook-id']), type, subject, at: Date.now() })
  return response.writeHead(204).end()
}).listen(8080)
