// An API server of a few lines: it remembers what it was asked and answers as the test says.

import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { KubeConfig } from '@kubernetes/client-node'
import { createKubernetes, type Kubernetes } from '../../../shared/kubernetes/client.ts'
import { type Connection, connect } from '../../../shared/kubernetes/connection.ts'

export interface Asked {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: unknown
}

export interface Api {
  readonly kubernetes: Kubernetes
  readonly connection: Connection
  readonly url: string
  readonly asked: Asked[]
  /** Answers a request; `{}` with 200 unless the test says otherwise. */
  answer: (asked: Asked, response: ServerResponse) => void
  readonly close: () => Promise<void>
}

/** The user of a kubeconfig, with a token or without. */
export function kubeConfigOf(server: string, token?: string): KubeConfig {
  const kubeConfig = new KubeConfig()
  setToken(kubeConfig, server, token)
  return kubeConfig
}

export function setToken(kubeConfig: KubeConfig, server: string, token?: string): void {
  kubeConfig.loadFromOptions({
    clusters: [{ name: 'c', server, skipTLSVerify: true }],
    users: [{ name: 'u', ...(token === undefined ? {} : { token }) }],
    contexts: [{ name: 'x', cluster: 'c', user: 'u' }],
    currentContext: 'x',
  })
}

export async function startApi(prefix = ''): Promise<Api> {
  const asked: Asked[] = []
  const api = { answer: (_: Asked, response: ServerResponse): void => void response.end('{}') }
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const text = Buffer.concat(chunks).toString()
    const { method = '', url: path = '', headers } = request
    const one = { method, path, headers, body: text === '' ? undefined : JSON.parse(text) }
    asked.push(one)
    api.answer(one, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`
  const connection = connect(kubeConfigOf(url), () => 0)
  return Object.assign(api, {
    kubernetes: createKubernetes(connection),
    connection,
    url,
    asked,
    async close() {
      await connection.close()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  })
}

/** Answers with a `Status`, as the API server refuses. */
export function refusing(status: number, reason: string, message: string): Api['answer'] {
  const body = JSON.stringify({ kind: 'Status', status: 'Failure', code: status, reason, message })
  return (_, response) => void response.writeHead(status, { 'content-type': 'application/json' }).end(body)
}
