// Somebody who is told: a webhook that records what it got and answers as the test wants.

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'

export interface TestReceiver extends AsyncDisposable {
  /** The environment that makes a deployment tell it. */
  readonly env: Readonly<Record<string, string>>
  /** What it took, oldest first. */
  readonly taken: CloudEvent[]
  /** How often it was asked, whatever it answered. */
  readonly asked: () => number
  /** From now on: a status, or silence until the next call. */
  readonly answer: (how: number | 'silence') => void
}

export async function startReceiver(): Promise<TestReceiver> {
  const taken: CloudEvent[] = []
  let how: number | 'silence' = 204
  let asked = 0
  let changed = Promise.withResolvers<void>()
  const server = createServer(async (request, response) => {
    asked += 1
    const event = (await json(request)) as CloudEvent
    while (how === 'silence') await changed.promise
    if (how < 300) taken.push(event)
    response.writeHead(how).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    env: { WEBHOOK_URL: `http://127.0.0.1:${port}/`, WEBHOOK_SECRET: 'a secret of some length' },
    taken,
    asked: () => asked,
    answer(next) {
      how = next
      changed.resolve()
      changed = Promise.withResolvers()
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
