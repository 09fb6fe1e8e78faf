// A whole local world for the stand-in: an API server, a registry, a sink that records, and Tekton itself.

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { KubeConfig } from '@kubernetes/client-node'
import { type LocalKubernetes, startKubernetes } from '../../../local/kubernetes/server.ts'
import { startRegistry } from '../../../local/registry/server.ts'
import { type LocalTekton, startTekton, type TektonOptions } from '../../../local/tekton/tekton.ts'
import { createKubernetes, type Kubernetes } from '../../../shared/kubernetes/client.ts'
import { connect } from '../../../shared/kubernetes/connection.ts'
import { namespaces } from '../../../shared/kubernetes/resources.ts'
import { publishing } from '../../conformance/tekton.bundles.ts'
import type { ReceivedEvent, TektonWorld } from '../../conformance/tekton.world.ts'

export interface LocalWorld extends TektonWorld {
  readonly cluster: LocalKubernetes
  readonly sink: string
  /** What the sink answers; 202 at first. */
  respond(status: number): void
  start(options?: Partial<TektonOptions>): Promise<LocalTekton>
  /** Closes every Tekton that was started; the rest stays. */
  stop(): Promise<void>
  close(): Promise<void>
}

interface Sink {
  readonly url: string
  readonly events: ReceivedEvent[]
  respond(status: number): void
  close(): void
}

async function startSink(): Promise<Sink> {
  const events: ReceivedEvent[] = []
  let status = 202
  const server = createServer(async (request, response) => {
    const body = await json(request)
    if (status < 300) events.push({ headers: request.headers, body })
    response.writeHead(status).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/`,
    events,
    respond: next => {
      status = next
    },
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

async function createNamespace(kubernetes: Kubernetes, name: string): Promise<void> {
  await kubernetes.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
}

/** Starts all but Tekton, which each test starts as it needs it. */
export async function startWorld(): Promise<LocalWorld> {
  const [cluster, registry, sink] = await Promise.all([startKubernetes(), startRegistry(), startSink()])
  const kubeConfig = new KubeConfig()
  kubeConfig.loadFromString(cluster.kubeconfig())
  const connection = connect(kubeConfig, Date.now)
  const kubernetes = createKubernetes(connection)
  const namespace = 'tekton-test'
  await createNamespace(kubernetes, namespace)
  const running: LocalTekton[] = []
  async function stop(): Promise<void> {
    await Promise.all(running.splice(0).map(tekton => tekton.close()))
  }
  return {
    cluster,
    kubernetes,
    namespace,
    image: 'registry.example.com/busybox:1',
    events: sink.events,
    sink: sink.url,
    respond: sink.respond,
    ...publishing(registry.host),
    async start(options = {}) {
      const clock = { now: () => new Date() }
      const tekton = await startTekton({ kubernetes, sink: sink.url, clock, durationMs: 5, ...options })
      running.push(tekton)
      return tekton
    },
    stop,
    async close() {
      await stop()
      sink.close()
      await connection.close()
      await Promise.all([cluster.close(), registry.close()])
    },
  }
}
