// The address of this machine that pods reach, where a test's own server is to be called from the cluster.

import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Kubernetes } from '../../shared/kubernetes/client.ts'
import type { KubernetesObject, Resource } from '../../shared/kubernetes/resources.ts'
import { type Cluster, openCluster, testImage } from './cluster.ts'
import { pods } from './kinds.ts'

interface Node extends KubernetesObject {
  readonly status: { readonly addresses: readonly { readonly type: string; readonly address: string }[] }
}

const nodes: Resource = { group: '', version: 'v1', plural: 'nodes', kind: 'Node', namespaced: false }
const PATIENCE_MS = 60_000
let found: Promise<string> | undefined

/**
 * TEST_HOST, or else the address from which this machine reaches the cluster's nodes: right on a node, and beside kind and
 * minikube. Not the one towards the API server, which kind has on the loopback. Throws what to do where no pod reaches it.
 */
export function testHost(): Promise<string> {
  found ??= findHost()
  return found
}

async function findHost(): Promise<string> {
  await using cluster = await openCluster('test-host')
  const given = process.env.TEST_HOST
  const host = given || (await addressTowardsNodes(cluster.kubernetes))
  if (await isReachable(cluster, host)) return host
  const how = given ? 'TEST_HOST says so' : "it is this machine's way to the cluster's nodes"
  throw new Error(
    `No pod reaches this machine at ${host} (${how}). Set TEST_HOST to an address that pods can reach.`,
  )
}

async function addressTowardsNodes(kubernetes: Kubernetes): Promise<string> {
  const [node] = (await kubernetes.list<Node>(nodes)).items
  const internal = node?.status.addresses.find(({ type }) => type === 'InternalIP')?.address
  if (internal === undefined) throw new Error('No node of the cluster has an InternalIP: set TEST_HOST.')
  const socket = createSocket(internal.includes(':') ? 'udp6' : 'udp4')
  try {
    // Sends nothing: only the route is looked up.
    socket.connect(9, internal)
    await once(socket, 'connect')
    return socket.address().address
  } finally {
    socket.close()
  }
}

/** Whether a pod's request arrives at a server on this address. */
async function isReachable({ kubernetes, namespace }: Cluster, host: string): Promise<boolean> {
  const arrived = Promise.withResolvers<true>()
  const server = createServer((_, response) => {
    arrived.resolve(true)
    response.end()
  }).listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  // A busybox that is linked statically may crash in wget, which looks up names.
  const ask = `printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc -w 5 ${host} ${port}`
  const command = ['sh', '-c', `until ${ask}; do sleep 1; done`]
  const containers = [{ name: 'probe', image: testImage(), command }]
  const spec = { containers, terminationGracePeriodSeconds: 0, restartPolicy: 'Never' }
  const stop = new AbortController()
  try {
    await kubernetes.create(pods, { metadata: { namespace, name: 'probe' }, ...{ spec } })
    const late = sleep(PATIENCE_MS, false as const, { signal: stop.signal })
    return await Promise.race([arrived.promise, late])
  } finally {
    stop.abort()
    server.close()
    server.closeAllConnections()
  }
}
