// A few lines of Kubernetes API: discovery, an empty list with a version, and watches that the test feeds.

import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface FakeApi {
  readonly url: string
  /** Every request's path and query, in order. */
  readonly requests: readonly string[]
  /** Sends a line to every open watch whose path contains the text. */
  readonly send: (path: string, line: object) => void
  /** Ends every open watch. */
  readonly endWatches: () => void
  readonly openWatches: () => number
  /** Answers the next watches with a status, each once. */
  readonly refuse: (...statuses: number[]) => void
  readonly close: () => void
}

const RESOURCES: Readonly<Record<string, readonly { name: string; namespaced: boolean }[]>> = {
  '/apis/playbook.kubernaut.io/v1alpha1': [{ name: 'playbooks', namespaced: true }],
  '/api/v1': [
    { name: 'pods', namespaced: true },
    { name: 'nodes', namespaced: false },
  ],
}

export async function startFakeApi(): Promise<FakeApi> {
  const requests: string[] = []
  const watches = new Map<ServerResponse, string>()
  const refusals: number[] = []
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://api')
    requests.push(`${url.pathname}?${url.searchParams}`)
    if (url.searchParams.get('watch') === 'true') {
      const status = refusals.shift() ?? 200
      response.writeHead(status)
      if (status !== 200) {
        response.end('no')
        return
      }
      response.flushHeaders()
      watches.set(response, url.pathname)
      response.on('close', () => watches.delete(response))
      return
    }
    const resources = RESOURCES[url.pathname]
    const items = ['team-a', 'team-b'].map(name => ({ metadata: { name } }))
    response.end(JSON.stringify(resources ? { resources } : { metadata: { resourceVersion: '100' }, items }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    send: (path, line) => {
      for (const [watch, watched] of watches)
        if (watched.includes(path)) watch.write(`${JSON.stringify(line)}\n`)
    },
    endWatches: () => {
      for (const watch of watches.keys()) watch.end()
    },
    openWatches: () => watches.size,
    refuse: (...statuses) => refusals.push(...statuses),
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
