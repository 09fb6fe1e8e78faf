// The Kubernetes API as the functions use it: one small file over a kept-alive pool.

import type { ApiRequest, Connection } from './connection.ts'
import { refusalOf } from './errors.ts'
import { type KubernetesObject, pathOf, query, type Resource, type ServedKind } from './resources.ts'
import { createTogether } from './together.ts'
import { type WatchEvent, watchEvents } from './watch.ts'

export interface ObjectKey {
  readonly namespace?: string | undefined
  readonly name: string
}

export interface Selection {
  readonly namespace?: string | undefined
  readonly labelSelector?: string | undefined
}

export interface WatchSelection extends Selection {
  readonly resourceVersion?: string
  readonly signal?: AbortSignal
}

export interface ObjectList<T> {
  readonly items: readonly T[]
  readonly resourceVersion: string
}

export type MergePatch = Readonly<Record<string, unknown>>

/** What a patch is sent to, and the resourceVersion it is only valid for (a compare-and-swap). */
export interface PatchOptions {
  readonly subresource?: 'status'
  readonly resourceVersion?: string | undefined
}

/**
 * Typed verbs of the API (https://kubernetes.io/docs/reference/using-api/api-concepts/). `get` answers undefined for
 * 404; every other refusal throws `KubernetesError`; a server that does not answer throws a Fault `unavailable`.
 */
export interface Kubernetes {
  get<T extends KubernetesObject>(resource: Resource, key: ObjectKey): Promise<T | undefined>
  list<T extends KubernetesObject>(resource: Resource, selection?: Selection): Promise<ObjectList<T>>
  /** Its metadata alone: so a large object is asked whether it has changed. */
  getMetadata(resource: Resource, key: ObjectKey): Promise<KubernetesObject | undefined>
  /** The kinds of a group and version, such as `apps/v1`; undefined where the API server serves no such. */
  discover(apiVersion: string): Promise<readonly ServedKind[] | undefined>
  create<T extends KubernetesObject>(resource: Resource, object: T): Promise<T>
  /** Writes the whole object, valid only for its resourceVersion. */
  replace<T extends KubernetesObject>(resource: Resource, object: T, subresource?: 'status'): Promise<T>
  patch<T extends KubernetesObject>(
    resource: Resource,
    key: ObjectKey,
    patch: MergePatch,
    options?: PatchOptions,
  ): Promise<T>
  /** Only that very object where `uid` is given, and only as it was then where `resourceVersion` is. */
  remove(
    resource: Resource,
    key: ObjectKey & { uid?: string | undefined },
    options?: Pick<PatchOptions, 'resourceVersion'>,
  ): Promise<void>
  watch<T extends KubernetesObject>(
    resource: Resource,
    selection?: WatchSelection,
  ): AsyncIterable<WatchEvent<T>>
}

// https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-partialobjectmetadata
const METADATA = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1'

const PAGE = 500
const SILENCE_MS = 10_000

/** The client over a connection; see {@link Kubernetes}. */
export function createKubernetes(connection: Connection): Kubernetes {
  const together = createTogether()

  async function call(request: ApiRequest): Promise<string> {
    const { status, text } = await connection.ask({ ...request, silenceMs: SILENCE_MS })
    if (status >= 300) throw refusalOf(status, text)
    return text
  }

  async function readOne<T>(path: string, accept?: string): Promise<T | undefined> {
    const { status, text } = await connection.ask({ method: 'GET', path, accept, silenceMs: SILENCE_MS })
    // The commonest refusal of all, of a policy that nobody wrote: an error with its stack costs more than the read.
    if (status === 404) return undefined
    if (status >= 300) throw refusalOf(status, text)
    return JSON.parse(text)
  }

  async function readPages<T>(path: string, labelSelector: string | undefined): Promise<ObjectList<T>> {
    const items: T[] = []
    let page: string | undefined
    for (;;) {
      const url = path + query({ labelSelector, limit: String(PAGE), continue: page })
      const list = JSON.parse(await call({ method: 'GET', path: url })) as {
        items: T[]
        metadata: { resourceVersion: string; continue?: string }
      }
      items.push(...list.items)
      page = list.metadata.continue || undefined
      if (page === undefined) return { items, resourceVersion: list.metadata.resourceVersion }
    }
  }

  return {
    get(resource, key) {
      const path = pathOf(resource, key.namespace, key.name)
      return together(path, () => readOne(path))
    },
    getMetadata(resource, key) {
      const path = pathOf(resource, key.namespace, key.name)
      return together(`${path} metadata`, () => readOne(path, METADATA))
    },
    discover(apiVersion) {
      const path = `${apiVersion.includes('/') ? '/apis' : '/api'}/${apiVersion}`
      const kinds = async () => (await readOne<{ resources: readonly ServedKind[] }>(path))?.resources
      return together(path, kinds)
    },
    list<T>(resource: Resource, { namespace, labelSelector }: Selection = {}) {
      const path = pathOf(resource, namespace)
      return together(`${path} ${labelSelector}`, () => readPages<T>(path, labelSelector))
    },
    async create(resource, object) {
      const path = pathOf(resource, object.metadata.namespace)
      return JSON.parse(await call({ method: 'POST', path, body: object }))
    },
    async replace(resource, object, subresource) {
      const { namespace, name } = object.metadata
      const path = pathOf(resource, namespace, name) + (subresource ? `/${subresource}` : '')
      return JSON.parse(await call({ method: 'PUT', path, body: object }))
    },
    async patch(resource, key, patch, { subresource, resourceVersion } = {}) {
      const path = pathOf(resource, key.namespace, key.name) + (subresource ? `/${subresource}` : '')
      const guard = resourceVersion === undefined ? {} : { resourceVersion }
      const metadata = { ...(patch.metadata as object | undefined), ...guard }
      const body = { ...patch, ...(Object.keys(metadata).length === 0 ? {} : { metadata }) }
      const contentType = 'application/merge-patch+json'
      return JSON.parse(await call({ method: 'PATCH', path, body, contentType }))
    },
    async remove(resource, { namespace, name, uid }, { resourceVersion } = {}) {
      const guard = uid === undefined && resourceVersion === undefined ? undefined : { uid, resourceVersion }
      const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: guard }
      await call({ method: 'DELETE', path: pathOf(resource, namespace, name), body })
    },
    watch(resource, { namespace, labelSelector, resourceVersion, signal } = {}) {
      const options = { labelSelector, resourceVersion, watch: 'true', allowWatchBookmarks: 'true' }
      const path = pathOf(resource, namespace) + query(options)
      return watchEvents(connection, { method: 'GET', path, ...(signal ? { signal } : {}) })
    },
  }
}
