// What both sides run beside: a Kubernetes API in its own process, with one Playbook that `register` has judged.

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { KubeConfig } from '@kubernetes/client-node'
import { register } from '../functions/register/index.ts'
import { startRegistry } from '../local/registry/server.ts'
import { pushPlaybookFolder, readPlaybookFolder } from '../local/story/playbook-folder.ts'
import { apply } from '../local/world/apply.ts'
import { readKustomization } from '../local/world/manifests.ts'
import { placeTarget } from '../local/world/place-target.ts'
import type { CloudEvent } from '../shared/events/cloudevent.ts'
import { TYPE } from '../shared/events/contract.ts'
import { createKubernetes, type Kubernetes } from '../shared/kubernetes/client.ts'
import { connect } from '../shared/kubernetes/connection.ts'
import { type KubernetesObject, playbooks } from '../shared/kubernetes/resources.ts'
import { nameOf, type Playbook, readyCondition } from '../shared/playbook/playbook.ts'
import { assemble } from '../shared/runtime/assemble.ts'
import { readConfig } from '../shared/runtime/config.ts'
import { createLog } from '../shared/runtime/log.ts'
import { body } from './event.ts'
import { stop } from './process.ts'

export interface Cluster {
  /** The file that KUBECONFIG names. */
  readonly kubeconfig: string
  readonly playbook: Playbook
  readonly kubernetes: Kubernetes
  /** How many requests its API has answered. */
  readonly requests: () => Promise<number>
  /** Makes what an analysis is about, where there is none. */
  readonly place: (analysis: Buffer) => Promise<void>
  /** Suspends the Playbook, or lets it run again: the next event must notice. */
  readonly suspend: (suspended: boolean) => Promise<void>
  /** Writes a policy; answers the name of its ConfigMap, which is not the one that servers look for by themselves. */
  readonly policy: (text: string) => Promise<string>
  readonly close: () => Promise<void>
}

const root = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url))
const KUBERNETES = fileURLToPath(new URL('./kubernetes.ts', import.meta.url))
const PLAYBOOK = root('examples/playbooks/oomkill-scale-down')

function addedEvent(playbook: Playbook): CloudEvent {
  const { apiVersion, kind, metadata } = playbook
  const source = '/bench'
  return {
    specversion: '1.0',
    id: 'added',
    source,
    type: TYPE.objectAdded,
    data: { apiVersion, kind, metadata },
  } as CloudEvent
}

/** Publishes the example's bundle and lets the real `register` judge it, so that the status is what it would be. */
async function registerExample(url: string, kubernetes: Kubernetes): Promise<Playbook> {
  const registry = await startRegistry()
  try {
    const playbook = await pushPlaybookFolder(await readPlaybookFolder(PLAYBOOK), registry.host)
    const { namespace = 'default', name } = playbook.metadata
    await apply(url, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
    await apply(url, playbook)
    const config = readConfig({}, [register.name])
    const given = { kubernetes, config, fetch: globalThis.fetch, clock: { now: Date.now } }
    const { served, drain } = assemble({ ...given, log: createLog('error') }, [register])
    await served[0]?.handle(addedEvent(playbook))
    await drain()
    const registered = await kubernetes.get<Playbook>(playbooks, { namespace, name })
    if (registered === undefined || readyCondition(registered)?.status !== 'True')
      throw new Error(`${nameOf(playbook)} was not registered: ${JSON.stringify(registered?.status)}`)
    return registered
  } finally {
    await registry.close()
  }
}

/** Starts the API, applies `triggers/` and registers the example's Playbook; its kubeconfig is written to the folder. */
export async function startCluster(folder: string): Promise<Cluster> {
  const child = fork(KUBERNETES, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  try {
    return await furnish(child, folder)
  } catch (error) {
    await stop(child)
    throw error
  }
}

async function furnish(child: ChildProcess, folder: string): Promise<Cluster> {
  const [{ url, kubeconfig: text }] = (await once(child, 'message')) as [{ url: string; kubeconfig: string }]
  for (const object of await readKustomization(root('triggers'))) await apply(url, object)
  const kubeConfig = new KubeConfig()
  kubeConfig.loadFromString(text)
  const connection = connect(kubeConfig, Date.now)
  const kubernetes = createKubernetes(connection)
  const playbook = await registerExample(url, kubernetes)
  const place = (analysis: Buffer): Promise<void> =>
    placeTarget({ kubernetes, apply: object => apply(url, object) }, JSON.parse(analysis.toString()))
  await place(body)
  const kubeconfig = join(folder, 'kubeconfig')
  writeFileSync(kubeconfig, text)
  return {
    kubeconfig,
    playbook,
    kubernetes,
    place,
    async requests() {
      const answer = once(child, 'message') as Promise<[{ requests: number }]>
      child.send('requests')
      return (await answer)[0].requests
    },
    async suspend(suspended) {
      const { namespace, name } = playbook.metadata
      await kubernetes.patch(playbooks, { namespace, name }, { spec: { suspended } })
    },
    async policy(text) {
      const metadata = { namespace: 'kubernaut-system', name: 'policy-of-the-bench' }
      const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'policy.yaml': text } }
      await apply(url, map as KubernetesObject)
      return metadata.name
    },
    async close() {
      await connection.close()
      await stop(child)
    },
  }
}
