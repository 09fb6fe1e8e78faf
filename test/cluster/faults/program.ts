// Small servers of ours that run in the cluster: everything there can reach them, wherever this machine is.

import { readFileSync } from 'node:fs'
import type { Kubernetes } from '../../../shared/kubernetes/client.ts'
import type { Connection } from '../../../shared/kubernetes/connection.ts'
import { configMaps, type KubernetesObject } from '../../../shared/kubernetes/resources.ts'
import { until } from '../../conformance/until.ts'
import { core, isReady, type Pod, pods } from '../kinds.ts'

export interface ProgramOptions {
  readonly namespace: string
  /** The file `pods/<name>.ts`, and the name of everything that is made for it. */
  readonly name: string
  /** One that runs `node` on its arguments, such as the functions' own. */
  readonly image: string
  readonly env?: Readonly<Record<string, string>>
}

export interface Program {
  /** Its address in the cluster, without a port: it is 80. */
  readonly host: string
  /** Asks it through the API server; answers the body. */
  readonly ask: (method: 'GET' | 'PUT', path: string, body?: unknown) => Promise<string>
}

const PATIENCE_MS = 60_000
const PORT = 8080
const services = core('Service', 'services')

function podOf({ namespace, name, image, env = {} }: ProgramOptions): KubernetesObject {
  const container = {
    name,
    image,
    args: [`/program/${name}.ts`],
    env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
    volumeMounts: [{ name: 'program', mountPath: '/program' }],
    readinessProbe: { tcpSocket: { port: PORT }, periodSeconds: 1 },
  }
  const volumes = [{ name: 'program', configMap: { name } }]
  const spec = { containers: [container], volumes, terminationGracePeriodSeconds: 1 }
  return { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name, labels: { app: name } }, ...{ spec } }
}

/** Starts one and waits until it listens. It goes with its namespace. */
export async function startProgram(
  { kubernetes, connection }: { kubernetes: Kubernetes; connection: Connection },
  options: ProgramOptions,
): Promise<Program> {
  const { namespace, name } = options
  const metadata = { namespace, name }
  const text = readFileSync(new URL(`pods/${name}.ts`, import.meta.url), 'utf8')
  const data = { [`${name}.ts`]: text }
  const spec = { selector: { app: name }, ports: [{ port: 80, targetPort: PORT }] }
  await kubernetes.create(configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata, ...{ data } })
  await kubernetes.create(services, { apiVersion: 'v1', kind: 'Service', metadata, ...{ spec } })
  await kubernetes.create(pods, podOf(options))
  const listens = async () => {
    const pod = await kubernetes.get<Pod>(pods, metadata)
    return (pod !== undefined && isReady(pod)) || undefined
  }
  await until(`the pod ${namespace}/${name} to be Ready`, listens, PATIENCE_MS)
  return {
    host: `${name}.${namespace}.svc.cluster.local`,
    ask: async (method, path, body) => {
      const proxied = `/api/v1/namespaces/${namespace}/pods/${name}:${PORT}/proxy${path}`
      const { status, text } = await connection.ask({ method, path: proxied, body })
      if (status >= 300)
        throw new Error(`${namespace}/${name} answered ${status} to ${method} ${path}: ${text}`)
      return text
    },
  }
}
