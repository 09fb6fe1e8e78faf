// Where this machine posts events to the cluster's Brokers.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { kubectl } from '../../test/cluster/kubectl.ts'

const NAMESPACE = 'knative-eventing'
const SERVICE = 'broker-ingress'
const PATIENCE_MS = 2_000

export interface Ingress {
  /** Without a path of a Broker. */
  readonly url: string
  readonly close: () => void
}

/**
 * BROKER_INGRESS; else the Service's own address, where this machine is a node of the cluster; else the way through the
 * API server, which unlike a forwarded port outlives the ingress's pods.
 */
export async function openIngress(env: NodeJS.ProcessEnv): Promise<Ingress> {
  const close = () => undefined
  if (env.BROKER_INGRESS) return { url: env.BROKER_INGRESS, close }
  const clusterIp = kubectl(['-n', NAMESPACE, 'get', 'service', SERVICE, '-o', 'jsonpath={.spec.clusterIP}'])
  return (await isReachable(clusterIp)) ? { url: `http://${clusterIp}`, close } : openProxy()
}

async function isReachable(host: string): Promise<boolean> {
  const socket = connect({ host, port: 80 })
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(PATIENCE_MS) })
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

/** https://kubernetes.io/docs/tasks/access-application-cluster/access-cluster-services/#manually-constructing-apiserver-proxy-urls */
async function openProxy(): Promise<Ingress> {
  const child = spawn('kubectl', ['proxy', '--port=0'], { stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const line of createInterface({ input: child.stdout })) {
    const address = /(127\.0\.0\.1:\d+)/.exec(line)?.[1]
    if (address === undefined) continue
    const url = `http://${address}/api/v1/namespaces/${NAMESPACE}/services/${SERVICE}:80/proxy`
    return { url, close: () => void child.kill() }
  }
  throw new Error('kubectl proxy ended without saying where it listens.')
}
