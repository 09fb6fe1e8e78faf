// A stage for one test: a local API server with our CRD, a registry, a clock, and services that record what they post.

import { join } from 'node:path'
import { KubeConfig } from '@kubernetes/client-node'
import { type LocalKubernetes, type RequestLog, startKubernetes } from '../../local/kubernetes/server.ts'
import { type LocalRegistry, type LocalRegistryOptions, startRegistry } from '../../local/registry/server.ts'
import { apply } from '../../local/world/apply.ts'
import { readKustomization } from '../../local/world/manifests.ts'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { createKubernetes, type Kubernetes } from '../../shared/kubernetes/client.ts'
import { connect } from '../../shared/kubernetes/connection.ts'
import type { KubernetesObject } from '../../shared/kubernetes/resources.ts'
import { createBackground } from '../../shared/runtime/background.ts'
import { readConfig } from '../../shared/runtime/config.ts'
import type { Services } from '../../shared/runtime/function.ts'
import { createLog } from '../../shared/runtime/log.ts'
import { createMetrics } from '../../shared/runtime/metrics.ts'

export const SYSTEM = 'kubernaut-system'
export const TENANT = 'remediation'

export interface StageOptions {
  readonly registry?: LocalRegistryOptions
  readonly env?: Readonly<Record<string, string>>
  /** Milliseconds that a sender waits; 2000 as in a deployment. */
  readonly patienceMs?: number
}

export interface Stage extends AsyncDisposable {
  readonly api: LocalKubernetes
  readonly kubernetes: Kubernetes
  readonly registry: LocalRegistry
  readonly clock: { now: () => number; advance: (ms: number) => void }
  /** Every request that the API server answered. */
  readonly requests: RequestLog[]
  /** What functions posted to the Broker by themselves, oldest first. */
  readonly posted: CloudEvent[]
  /** The services of one replica; several calls make several replicas. */
  readonly replica: (other?: Partial<Services>) => Services
  readonly services: Services
  readonly apply: (object: KubernetesObject) => Promise<void>
}

const TRIGGERS = join(import.meta.dirname, '../../triggers')
const log = createLog('silent')
const FOUNDATION = ['CustomResourceDefinition', 'Namespace']
const foundation: Promise<KubernetesObject[]> = readKustomization(TRIGGERS).then(objects => [
  ...objects.filter(({ kind = '' }) => FOUNDATION.includes(kind)),
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: TENANT } },
])

export async function startStage(options: StageOptions = {}): Promise<Stage> {
  let offset = 0
  const clock = {
    now: () => Date.now() + offset,
    advance(ms: number) {
      offset += ms
    },
  }
  const requests: RequestLog[] = []
  const api = await startKubernetes({
    clock: () => new Date(clock.now()),
    objects: await foundation,
    onRequest: request => requests.push(request),
  })
  const registry = await startRegistry(options.registry)
  const kubeConfig = new KubeConfig()
  kubeConfig.loadFromString(api.kubeconfig())
  const connection = connect(kubeConfig, Date.now)
  const kubernetes = createKubernetes(connection)
  const posted: CloudEvent[] = []
  const stopping = new AbortController()
  const config = readConfig({ POD_NAMESPACE: SYSTEM, ...options.env }, [])
  const { patienceMs = 2_000 } = options

  const replica = (other: Partial<Services> = {}): Services => ({
    kubernetes,
    fetch: globalThis.fetch,
    clock,
    config,
    log,
    background: createBackground({ concurrency: 16, waiting: 1_000, patienceMs, log }),
    post: async event => void posted.push(event),
    metrics: createMetrics(),
    stopping: stopping.signal,
    ...other,
  })
  const services = replica()

  return {
    api,
    kubernetes,
    registry,
    clock,
    requests,
    posted,
    replica,
    services,
    apply: object => apply(api.url, object),
    async [Symbol.asyncDispose]() {
      registry.fail('none')
      stopping.abort()
      await services.background.idle()
      await connection.close()
      await Promise.all([api.close(), registry.close()])
    },
  }
}
