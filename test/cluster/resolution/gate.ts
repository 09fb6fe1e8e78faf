// A server before another one, as pods reach it: it counts what is asked, and can keep everybody waiting.

import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { testHost } from '../test-host.ts'

export interface Gate extends AsyncDisposable {
  /** host:port */
  readonly host: string
  /** `METHOD path`, oldest first. */
  readonly asked: string[]
  /** From now on nobody is answered, until what it answers is called. */
  readonly hold: () => () => void
}

/** `target` is host:port, over plain HTTP. */
export async function openGate(target: string): Promise<Gate> {
  const asked: string[] = []
  let open: Promise<void> = Promise.resolve()

  async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method, url, headers } = incoming
    asked.push(`${method} ${url}`)
    await open
    const onward = request(`http://${target}${url}`, { method, headers }, answer => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    onward.on('error', () => outgoing.destroy())
    incoming.pipe(onward)
  }

  const server = createServer((incoming, outgoing) => void pass(incoming, outgoing))
  const address = await testHost()
  server.listen(0, address)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    host: `${address}:${port}`,
    asked,
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>()
      open = promise
      return resolve
    },
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
    },
  }
}
