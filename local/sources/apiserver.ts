// An ApiServerSource in this process: watches what the object names and posts each change, one at a time.

import { apiServerEvent, guessPlural, isOwned } from './apiserver-events.ts'
import { type ApiServerSource, selectorText, selectsEverything, type WatchedResource } from './objects.ts'
import { createSender, pause, type Send, type SourcePorts } from './send.ts'
import { watchForever } from './watch.ts'

export interface ApiServerSourceOptions extends SourcePorts {
  /** The API server's base URL, which is also the events' source. `fetch` carries credentials where it needs some. */
  readonly kubernetes: { readonly url: string; readonly fetch?: typeof globalThis.fetch }
  readonly source: ApiServerSource
}

export interface RunningSource {
  /** Stops watching and sending; resolves when both have ended. */
  readonly close: () => Promise<void>
}

interface Collection {
  readonly resource: WatchedResource
  readonly path: string
}

/**
 * Starts a source and resolves once every watch is open, so whatever changes from then on yields an event. Objects that
 * exist already yield none. A kind that the API server does not serve goes to `onError` and is skipped; rejects when a
 * group cannot be discovered or namespaces cannot be listed (knative/eventing, pkg/adapter/apiserver).
 */
export async function startApiServerSource(options: ApiServerSourceOptions): Promise<RunningSource> {
  const { kubernetes, source } = options
  const stop = new AbortController()
  const api: Api = { url: kubernetes.url.replace(/\/$/, ''), fetch: kubernetes.fetch ?? globalThis.fetch }
  const collections = await findCollections(api, options)
  const send = createSender(options, source.metadata.namespace ?? 'default', stop.signal)
  const watches = collections.map(collection => watchCollection(api, options, { collection, send, stop }))
  await Promise.all(watches.map(({ ready }) => ready))
  return {
    close: async () => {
      stop.abort()
      await Promise.all(watches.map(({ ended }) => ended))
    },
  }
}

interface Api {
  readonly url: string
  readonly fetch: typeof globalThis.fetch
}

function watchCollection(
  api: Api,
  { source, clock = () => new Date(), sleep = pause, onError }: ApiServerSourceOptions,
  { collection, send, stop }: { collection: Collection; send: Send; stop: AbortController },
): { ready: Promise<void>; ended: Promise<void> } {
  const frame = { source, apiServer: api.url, now: clock }
  const { promise: ready, resolve: onReady } = Promise.withResolvers<void>()
  const watch = {
    fetch: api.fetch,
    url: `${api.url}${collection.path}`,
    labelSelector: selectorText(collection.resource.selector ?? {}),
    signal: stop.signal,
    sleep,
    onChange: async (...[verb, object]: Parameters<Parameters<typeof watchForever>[0]['onChange']>) => {
      if (isOwned(source.spec, object)) await send(apiServerEvent(frame, verb, object))
    },
    onError: onError ?? (() => undefined),
  }
  return { ready, ended: watchForever(watch, onReady) }
}

async function findCollections(api: Api, { source, onError }: ApiServerSourceOptions): Promise<Collection[]> {
  const namespaces = await namespacesOf(api, source)
  const found = await Promise.all(
    source.spec.resources.map(async resource => {
      const root = resource.apiVersion.includes('/') ? 'apis' : 'api'
      const path = `/${root}/${resource.apiVersion}`
      const plural = guessPlural(resource.kind)
      const { resources } = await getJson<Discovery>(api, path)
      const known = resources.find(({ name }) => name === plural)
      if (known === undefined) {
        onError?.(
          new Error(`${resource.apiVersion} has no ${plural}; is its CustomResourceDefinition there?`),
        )
        return []
      }
      if (!known.namespaced || namespaces === 'all') return [{ resource, path: `${path}/${plural}` }]
      return namespaces.map(name => ({ resource, path: `${path}/namespaces/${name}/${plural}` }))
    }),
  )
  return found.flat()
}

interface Discovery {
  readonly resources: readonly { readonly name: string; readonly namespaced: boolean }[]
}

async function namespacesOf(
  api: Api,
  { metadata, spec }: ApiServerSource,
): Promise<readonly string[] | 'all'> {
  const selector = spec.namespaceSelector
  if (selector === undefined) return [metadata.namespace ?? 'default']
  if (selectsEverything(selector)) return 'all'
  const query = new URLSearchParams({ labelSelector: selectorText(selector) })
  const list = await getJson<{ items: { metadata: { name: string } }[] }>(api, `/api/v1/namespaces?${query}`)
  return list.items.map(item => item.metadata.name)
}

async function getJson<T>({ url, fetch }: Api, path: string): Promise<T> {
  const response = await fetch(`${url}${path}`)
  if (!response.ok)
    throw new Error(`${path} answered ${response.status}: ${(await response.text()).slice(0, 200)}`)
  return (await response.json()) as T
}
