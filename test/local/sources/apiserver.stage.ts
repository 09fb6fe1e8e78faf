// An ApiServerSource between a fake API server and a sink, for one test.

import { type ApiServerSourceOptions, startApiServerSource } from '../../../local/sources/apiserver.ts'
import type { ApiServerSource, WatchedResource } from '../../../local/sources/objects.ts'
import { type Reply, type Subscriber, startSubscriber } from '../../conformance/broker.world.ts'
import { type FakeApi, startFakeApi } from './fake-api.ts'

export const PLAYBOOKS: WatchedResource = { apiVersion: 'playbook.kubernaut.io/v1alpha1', kind: 'Playbook' }
const closing: (() => unknown)[] = []

/** Closes what a test has started. */
export async function closeAll(): Promise<void> {
  for (const close of closing.splice(0)) await close()
}

export interface Setup {
  readonly api: FakeApi
  readonly sink: Subscriber
  readonly errors: string[]
  readonly waits: number[]
}

export async function start(
  spec: Partial<ApiServerSource['spec']>,
  more: { respond?: (count: number) => Reply; options?: Partial<ApiServerSourceOptions> } = {},
): Promise<Setup> {
  const api = await startFakeApi()
  const sink = await startSubscriber('127.0.0.1', (_, count) => more.respond?.(count) ?? 202)
  const [errors, waits] = [[] as string[], [] as number[]]
  const source = await startApiServerSource({
    kubernetes: { url: `${api.url}/` },
    source: {
      metadata: { name: 's', namespace: 'ns' },
      spec: { mode: 'Resource', resources: [PLAYBOOKS], ...spec },
    },
    sink: sink.url,
    sleep: async ms => void waits.push(ms),
    onError: error => errors.push(error.message),
    ...more.options,
  })
  closing.push(source.close, sink.close, api.close)
  return { api, sink, errors, waits }
}

export function playbook(version: string, metadata: object = {}) {
  return {
    ...PLAYBOOKS,
    metadata: { name: 'drain', namespace: 'ns', resourceVersion: version, ...metadata },
    spec: { bundle: 'x' },
  }
}

export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(resolve => setImmediate(resolve))
}
