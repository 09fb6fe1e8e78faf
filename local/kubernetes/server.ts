// A Kubernetes API server without a cluster: real HTTP, in memory, the same answers.

import { createServer, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { KubernetesObject } from '../../shared/kubernetes/resources.ts'
import { BUILTIN } from './builtin.ts'
import type { Cluster } from './cluster.ts'
import { createObject } from './create.ts'
import { decode } from './decode.ts'
import { type FailedStatus, type Failure, fails } from './failure.ts'
import { GarbageCollector } from './garbage.ts'
import { handle, refusal, write } from './http.ts'
import { INSTALLED } from './installed.ts'
import { Catalog } from './kinds.ts'
import { kubeconfigFor, userOf } from './kubeconfig.ts'
import type { Resource } from './objects.ts'
import { Pages } from './pages.ts'
import { Store } from './store.ts'

/** What every cluster has. */
const NAMESPACES = ['default', 'kube-system', 'kube-public', 'kube-node-lease']

export interface RequestLog {
  readonly method: string
  readonly path: string
  readonly status: number
  readonly user?: string
}

export interface KubernetesOptions {
  readonly port?: number
  readonly clock?: () => Date
  /** What there is from the start, in the order in which it is made. */
  readonly objects?: readonly KubernetesObject[]
  readonly onRequest?: (request: RequestLog) => void
}

export interface LocalKubernetes {
  readonly url: string
  /** How many requests were answered, or refused by `fail`. */
  readonly requests: number
  /** A kubeconfig (YAML) whose bearer token names the user. */
  kubeconfig(user?: string): string
  /** `down` drops every connection; a status answers with it, for all requests or for those that match; undefined heals. */
  fail(mode?: 'down'): void
  fail(mode: FailedStatus): void
  fail(mode: Failure): void
  /** Forgets the history of changes: watches from before answer 410, as after etcd's compaction. */
  compact(): void
  close(): Promise<void>
}

/** Objects with the namespace `default` where they have none and need one. */
function createAll(cluster: Cluster, objects: readonly (KubernetesObject | Resource)[]): void {
  for (const { apiVersion = '', kind: name = '', ...body } of objects) {
    const kind = cluster.catalog.named(apiVersion, name)
    if (kind === undefined) throw new Error(`The API serves no ${apiVersion} ${name}`)
    const { object } = decode(kind, { apiVersion, kind: name, ...body })
    const namespace = kind.namespaced ? (object.metadata.namespace ?? 'default') : ''
    createObject(cluster, { kind, namespace, name: '', subresource: '' }, object)
  }
}

function newCluster({ clock = () => new Date(), objects = [] }: KubernetesOptions): Cluster {
  const cluster = {
    store: new Store(),
    catalog: new Catalog(),
    clock,
    applied: new Map(),
    pages: new Pages(),
  }
  for (const kind of BUILTIN) cluster.catalog.add(kind)
  const namespaces = NAMESPACES.map(name => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }))
  createAll(cluster, [...namespaces, ...INSTALLED, ...objects])
  return cluster
}

interface Listening {
  readonly url: string
  /** Breaks off every connection. */
  readonly drop: () => void
  readonly close: () => Promise<void>
}

async function listen(server: Server, port: number): Promise<Listening> {
  const sockets = new Set<Socket>()
  server.on('connection', socket => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const drop = () => {
    for (const socket of sockets) socket.destroy()
  }
  const close = async () => {
    const closed = new Promise<void>(resolve => server.close(() => resolve()))
    drop()
    await closed
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, drop, close }
}

/** Starts the stand-in on 127.0.0.1; port 0, the default, takes a free one. */
export async function startKubernetes(options: KubernetesOptions = {}): Promise<LocalKubernetes> {
  const { port = 0, onRequest } = options
  const cluster = newCluster(options)
  const garbage = new GarbageCollector(cluster)
  let failure: Failure
  let requests = 0
  const server = createServer((request, response) => {
    requests += 1
    const { method = 'GET', url: path = '/' } = request
    const user = userOf(request.headers.authorization)
    if (onRequest)
      response.once('finish', () => onRequest({ method, path, status: response.statusCode, ...user }))
    const failed = fails(failure, method, path)
    if (failed === 'down') request.socket.destroy()
    else if (failed !== undefined) write(response, refusal(failed))
    else void handle(cluster, request, response)
  })
  const { url, drop, close } = await listen(server, port)
  return {
    url,
    get requests() {
      return requests
    },
    kubeconfig: (user = 'local') => kubeconfigFor(url, user),
    fail(mode?: Failure) {
      failure = mode
      if (mode === 'down') drop()
    },
    compact() {
      cluster.store.compact()
      cluster.pages.clear()
    },
    async close() {
      garbage.close()
      await close()
    },
  }
}
