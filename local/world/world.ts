// The world without a cluster: API server, registry, Broker, sources and Tekton on loopback, around the real functions.

import { KubeConfig } from '@kubernetes/client-node'
import { allFunctions } from '../../functions/all.ts'
import type { CloudEvent } from '../../shared/events/cloudevent.ts'
import { createKubernetes, type Kubernetes } from '../../shared/kubernetes/client.ts'
import { connect } from '../../shared/kubernetes/connection.ts'
import { brokers, type KubernetesObject } from '../../shared/kubernetes/resources.ts'
import { assemble } from '../../shared/runtime/assemble.ts'
import { readConfig } from '../../shared/runtime/config.ts'
import type { Log } from '../../shared/runtime/log.ts'
import { serve } from '../../shared/runtime/serve.ts'
import { startBroker } from '../broker/broker.ts'
import type { Broker, Trigger } from '../broker/objects.ts'
import type { BrokerFaults, DeliveryReport } from '../broker/options.ts'
import { type LocalKubernetes, startKubernetes } from '../kubernetes/server.ts'
import { type LocalRegistry, startRegistry } from '../registry/server.ts'
import { startApiServerSource } from '../sources/apiserver.ts'
import type { PingSource } from '../sources/objects.ts'
import { startPingSource } from '../sources/ping.ts'
import type { Script } from '../tekton/play.ts'
import type { PipelineRun } from '../tekton/run.ts'
import { type LocalTekton, startTekton } from '../tekton/tekton.ts'
import { type Sourced, sinkOf, subscriberUrl } from './addresses.ts'
import { apply } from './apply.ts'
import { readTriggers } from './manifests.ts'

export interface WorldOptions {
  readonly log: Log
  /** A folder in triggers/ that is applied after triggers/ itself. */
  readonly overlay?: string
  /** What references with `resolver: disk` may read; without it there is no such resolver. */
  readonly folder?: string
  /** The environment of the functions, beside what the world itself sets. */
  readonly env?: Readonly<Record<string, string>>
  readonly now?: () => number
  readonly mode?: 'synchronous' | 'asynchronous'
  readonly faults?: BrokerFaults
  readonly onEvent?: (event: CloudEvent) => void
  readonly onDelivery?: (report: DeliveryReport) => void
  readonly play?: (run: PipelineRun) => Promise<Script>
  /** Milliseconds that a task runs. */
  readonly durationMs?: number
  /** True loses an event of Tekton's before it is sent. */
  readonly dropTekton?: (event: CloudEvent) => boolean
}

export interface World {
  readonly kubernetes: Kubernetes
  readonly api: LocalKubernetes
  readonly registry: LocalRegistry
  readonly tekton: LocalTekton
  /** Where events are POSTed: the Broker. */
  readonly sink: string
  readonly apply: (object: KubernetesObject) => Promise<void>
  /** What the timer would do at the next minute. */
  readonly sweep: () => Promise<void>
  /** Resolves when no event and no background work is under way. */
  readonly idle: () => Promise<void>
  readonly close: () => Promise<void>
}

export const SYSTEM = 'kubernaut-system'
const BROKER = 'playbooks'
/** What is resolved here; by the functions, as on a cluster where Tekton's own resolvers are scaled to zero. */
const RESOLVERS = 'bundles,cluster,playbook'
/** Its registry is here, where resolvers reach nothing otherwise. */
const LOOPBACK = '127.0.0.0/8'

function resolversFor(folder: string | undefined): Record<string, string> {
  return folder === undefined ? { RESOLVERS } : { RESOLVERS: `${RESOLVERS},disk`, RESOLVER_FOLDER: folder }
}

function ofKind<T>(objects: readonly KubernetesObject[], kind: string): T[] {
  return objects.filter(each => each.kind === kind) as unknown as T[]
}

export async function startWorld(options: WorldOptions): Promise<World> {
  const { log, now = Date.now, mode = 'synchronous' } = options
  const clock = { now: () => new Date(now()) }
  const objects = await readTriggers(options.overlay)
  const api = await startKubernetes({ clock: clock.now, objects })
  const registry = await startRegistry()

  const kubeConfig = new KubeConfig()
  kubeConfig.loadFromString(api.kubeconfig())
  const connection = connect(kubeConfig, now)
  const kubernetes = createKubernetes(connection)

  let functions = ''
  const broker = await startBroker({
    mode,
    clock: clock.now,
    objects: () => [...ofKind<Broker>(objects, 'Broker'), ...ofKind<Trigger>(objects, 'Trigger')],
    resolve: destination => subscriberUrl(destination, functions),
    ...(options.faults === undefined ? {} : { faults: options.faults }),
    ...(options.onDelivery === undefined ? {} : { onDelivery: options.onDelivery }),
    ...(options.onEvent === undefined ? {} : { onAccepted: options.onEvent }),
    onRefused: (trigger, reason) => log.error({ trigger: trigger.metadata.name }, reason),
  })
  const sink = broker.url(SYSTEM, BROKER)
  const place = { namespace: SYSTEM, name: BROKER }
  const address = { status: { address: { url: sink } } }
  await kubernetes.patch(brokers, place, address, { subresource: 'status' })

  const names = allFunctions.map(each => each.name)
  const config = readConfig(
    {
      POD_NAMESPACE: SYSTEM,
      K_SINK: sink,
      PORT: '0',
      ...resolversFor(options.folder),
      ALLOWED_ADDRESSES: LOOPBACK,
      ...options.env,
    },
    names,
  )
  const given = { kubernetes, fetch: globalThis.fetch, clock: { now }, config, log }
  const { served, metrics, warm, drain, stop } = assemble(given, allFunctions)
  const server = await serve({ served, port: 0, log, metrics, drain: stop, signals: 'caller' })
  functions = `http://127.0.0.1:${server.port}`
  await warm()

  const tekton = await startTekton({
    kubernetes,
    sink,
    clock,
    resolvers: 'elsewhere',
    ...(options.play === undefined ? {} : { play: options.play }),
    ...(options.durationMs === undefined ? {} : { durationMs: options.durationMs }),
    ...(options.dropTekton === undefined ? {} : { drop: options.dropTekton }),
  })
  const sources = await Promise.all(
    ofKind<Sourced>(objects, 'ApiServerSource').map(source =>
      startApiServerSource({
        kubernetes: { url: api.url },
        source,
        sink: sinkOf(source, functions, sink),
        clock: clock.now,
      }),
    ),
  )
  const timers = ofKind<PingSource>(objects, 'PingSource').map(source => startPingSource({ source, sink }))

  async function idle(): Promise<void> {
    await tekton.idle()
    await broker.idle()
    await drain()
    await broker.idle()
  }

  return {
    kubernetes,
    api,
    registry,
    tekton,
    sink,
    apply: object => apply(api.url, object),
    async sweep() {
      for (const timer of timers) await timer.tick()
      await drain()
    },
    idle,
    async close() {
      await Promise.all([...timers, ...sources].map(each => each.close()))
      await tekton.close()
      await broker.close()
      await server.close()
      await connection.close()
      await api.close()
      await registry.close()
    },
  }
}
