// Lists a kind and then watches it for good, whatever breaks in between.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Kubernetes } from './client.ts'
import type { KubernetesObject, Resource } from './resources.ts'

export interface Seen<T> {
  readonly type: 'changed' | 'deleted'
  readonly object: T
}

interface InformerOptions<T extends KubernetesObject> {
  readonly kubernetes: Kubernetes
  readonly resource: Resource
  readonly namespace?: string | undefined
  readonly labelSelector?: string
  readonly signal: AbortSignal
  readonly see: (seen: Seen<T>) => void
  readonly log: (message: string) => void
}

const PAUSE_MS = 50

/** One list, then a watch from its resourceVersion until the server ends it. */
async function listAndWatch<T extends KubernetesObject>(
  { kubernetes, resource, namespace, labelSelector, signal, see }: InformerOptions<T>,
  listed: () => void,
): Promise<void> {
  const selection = { namespace, labelSelector }
  const { items, resourceVersion } = await kubernetes.list<T>(resource, selection)
  for (const object of items) see({ type: 'changed', object })
  listed()
  for await (const event of kubernetes.watch<T>(resource, { ...selection, resourceVersion, signal })) {
    if (event.type === 'BOOKMARK') continue
    see({ type: event.type === 'DELETED' ? 'deleted' : 'changed', object: event.object })
  }
}

/**
 * Starts to inform; settles after the first list. A watch that ends, breaks or is too old (410) begins again with a list
 * (https://kubernetes.io/docs/reference/using-api/api-concepts/#410-gone-responses).
 */
export function startInformer<T extends KubernetesObject>(options: InformerOptions<T>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  async function run(): Promise<void> {
    while (!options.signal.aborted) {
      try {
        await listAndWatch(options, resolve)
      } catch (error) {
        if (options.signal.aborted) break
        options.log(`watch of ${options.resource.plural}: ${error}`)
        await sleep(PAUSE_MS, undefined, { signal: options.signal }).catch(() => undefined)
      }
    }
    resolve()
  }
  void run()
  return promise
}
