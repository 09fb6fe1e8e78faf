// A registry in front of the one at UPSTREAM, in trouble with the repositories that it is told. Runs in the cluster as
// this one file.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'

/** `stall`: the request is taken and never answered. `reset`: the connection is cut. `error`: 500. */
export type Trouble = 'stall' | 'reset' | 'error'

const CONTROL = '/-/troubles'
const KEPT = ['content-type', 'content-length', 'docker-content-digest', 'location']
const upstream = process.env.UPSTREAM ?? ''

/** By repository. */
let troubles: Readonly<Record<string, Trouble>> = {}

function troubleOf(path: string): Trouble | undefined {
  return Object.entries(troubles).find(([repository]) => path.startsWith(`/v2/${repository}/`))?.[1]
}

async function forward({ method = 'GET', url = '/', headers }: IncomingMessage, response: ServerResponse) {
  const { accept = '*/*' } = headers
  const answer = await fetch(upstream + url, { method, headers: { accept, 'accept-encoding': 'identity' } })
  const kept = [...answer.headers].filter(([name]) => KEPT.includes(name))
  response.writeHead(answer.status, Object.fromEntries(kept)).end(Buffer.from(await answer.arrayBuffer()))
}

createServer(async (request, response) => {
  const path = request.url ?? '/'
  if (path === CONTROL) {
    if (request.method === 'PUT') troubles = (await json(request)) as typeof troubles
    return response.end(JSON.stringify(troubles))
  }
  switch (troubleOf(path)) {
    case 'stall':
      return undefined
    case 'reset':
      return request.socket.resetAndDestroy()
    case 'error':
      return response.writeHead(500).end()
    default:
      return forward(request, response).catch(() => response.writeHead(502).end())
  }
}).listen(8080)
