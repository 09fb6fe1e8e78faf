// What a watch tells, as scenarios for the stand-in and a real API server alike.

import assert from 'node:assert/strict'
import type { Kubernetes, WatchSelection } from '../../shared/kubernetes/client.ts'
import { configMaps, type KubernetesObject } from '../../shared/kubernetes/resources.ts'

export interface WatchStage {
  readonly kubernetes: Kubernetes
  /** A namespace that exists; scenarios use ConfigMaps in it, told apart by a label of their own. */
  readonly namespace: string
}

interface ConfigMap extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>
}

interface Told {
  readonly words: string
  readonly resourceVersion: number
}

/** One scenario's ConfigMaps and what a watch tells of them. */
interface Corner {
  create(name: string, labels?: Record<string, string>): Promise<void>
  patch(name: string, patch: Record<string, unknown>): Promise<void>
  remove(name: string): Promise<void>
  revision(): Promise<string>
  /** The next events of a watch that begins now: `ADDED a`, and a bookmark without a name. */
  watch(more?: WatchSelection): (count: number) => Promise<readonly Told[]>
}

function cornerOf({ kubernetes, namespace }: WatchStage, scenario: string, signal: AbortSignal): Corner {
  const labelSelector = `scenario=${scenario}`
  const called = (name: string) => ({ namespace, name: `${scenario}-${name}` })
  return {
    async create(name, labels = {}) {
      const metadata = { ...called(name), labels: { scenario, ...labels } }
      await kubernetes.create<ConfigMap>(configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata })
    },
    patch: async (name, patch) => void (await kubernetes.patch(configMaps, called(name), patch)),
    remove: name => kubernetes.remove(configMaps, called(name)),
    revision: async () => (await kubernetes.list(configMaps, { namespace, labelSelector })).resourceVersion,
    watch(more = {}) {
      const selection = { namespace, labelSelector, signal, ...more }
      const events = kubernetes.watch<ConfigMap>(configMaps, selection)[Symbol.asyncIterator]()
      return async count => {
        const told: Told[] = []
        while (told.length < count) {
          const { value, done } = await events.next()
          if (done) break
          const { name, resourceVersion } = value.object.metadata
          const words = [value.type, name?.slice(scenario.length + 1)]
            .filter(word => word !== undefined)
            .join(' ')
          told.push({ words, resourceVersion: Number(resourceVersion) })
        }
        return told
      }
    },
  }
}

interface WatchScenario {
  readonly name: string
  readonly run: (corner: Corner) => Promise<void>
}

const words = (told: readonly Told[]) => told.map(each => each.words)

const SCENARIOS: readonly WatchScenario[] = [
  {
    name: 'from a resourceVersion all that happened after it is told, in order, each with a later version',
    run: async ({ create, patch, remove, revision, watch }) => {
      await create('before')
      const next = watch({ resourceVersion: await revision() })
      await create('a')
      await patch('a', { data: { k: 'v' } })
      await patch('a', { data: { k: 'v' } })
      await remove('a')
      const told = await next(3)
      assert.deepEqual(words(told), ['ADDED a', 'MODIFIED a', 'DELETED a'])
      const versions = told.map(each => each.resourceVersion)
      assert.deepEqual(
        versions,
        versions.toSorted((x, y) => x - y),
      )
      assert.equal(new Set(versions).size, 3)
    },
  },
  {
    name: 'without a resourceVersion it begins with what there is, and marks where that ends',
    run: async ({ create, patch, watch }) => {
      await create('a')
      await create('b')
      const next = watch()
      assert.deepEqual(words(await next(2)).toSorted(), ['ADDED a', 'ADDED b'])
      assert.deepEqual(words(await next(1)), ['BOOKMARK'])
      await patch('b', { data: { k: 'v' } })
      assert.deepEqual(words(await next(1)), ['MODIFIED b'])
    },
  },
  {
    name: 'an object that no longer fits the selector is deleted to the watch, one that fits again is added',
    run: async ({ create, patch, revision, watch }) => {
      const next = watch({ resourceVersion: await revision() })
      await create('a')
      await patch('a', { metadata: { labels: { scenario: null } } })
      await create('unrelated', { scenario: 'other' })
      await patch('unrelated', { metadata: { labels: { scenario: null } } })
      assert.deepEqual(words(await next(2)), ['ADDED a', 'DELETED a'])
    },
  },
]

/** Every scenario, ready to run on a stage; each ends its watches. */
export const watchScenarios = SCENARIOS.map(({ name, run }, index) => ({
  name,
  async run(stage: WatchStage): Promise<void> {
    const ending = new AbortController()
    try {
      await run(cornerOf(stage, `watch-${index}`, ending.signal))
    } finally {
      ending.abort()
    }
  },
}))
