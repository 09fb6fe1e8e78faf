// Servers on loopback: one that answers as a test wants, and a proxy that tunnels.

import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'

const started: Server[] = []

export interface Served {
  readonly port: number
  readonly url: string
}

async function listen(server: Server, address: string, port: number): Promise<Served> {
  started.push(server)
  server.listen(port, address)
  await once(server, 'listening')
  const bound = (server.address() as AddressInfo).port
  return { port: bound, url: `http://${address}:${bound}` }
}

/** Serves until closeAll. */
export function serve(handler: RequestListener, address = '127.0.0.1', port = 0): Promise<Served> {
  return listen(createServer(handler), address, port)
}

/** A proxy that connects every CONNECT to one place, or refuses it, and notes what it was asked for. */
export async function serveProxy(target: Served | undefined): Promise<Served & { readonly asked: string[] }> {
  const asked: string[] = []
  const server = createServer((_, response) => response.writeHead(405).end())
  server.on('connect', (request, socket) => {
    asked.push(`${request.url} ${request.headers['proxy-authorization'] ?? ''}`.trim())
    if (target === undefined) return socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
    const through = connect(target.port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      socket.pipe(through).pipe(socket)
    })
    for (const end of [socket, through]) end.on('error', () => end.destroy())
  })
  return { ...(await listen(server, '127.0.0.1', 0)), asked }
}

export async function closeAll(): Promise<void> {
  await Promise.all(
    started.splice(0).map(async server => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    }),
  )
}
