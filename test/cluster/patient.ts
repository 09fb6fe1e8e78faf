// A client for tests that load an API server on purpose: it may take more than one question until there is an answer.

import pRetry from 'p-retry'
import type {
  Kubernetes,
  MergePatch,
  ObjectKey,
  PatchOptions,
  Selection,
} from '../../shared/kubernetes/client.ts'
import type { KubernetesObject, Resource } from '../../shared/kubernetes/resources.ts'
import { Fault } from '../../shared/runtime/fault.ts'

function again<T>(ask: () => Promise<T>): Promise<T> {
  return pRetry(ask, {
    retries: 5,
    minTimeout: 500,
    shouldRetry: ({ error }) => error instanceof Fault && error.kind === 'unavailable',
  })
}

/** Asks again where nothing came back; only what may be asked twice. */
export function patient(kubernetes: Kubernetes): Kubernetes {
  return {
    ...kubernetes,
    get: <T extends KubernetesObject>(resource: Resource, key: ObjectKey) =>
      again(() => kubernetes.get<T>(resource, key)),
    list: <T extends KubernetesObject>(resource: Resource, selection?: Selection) =>
      again(() => kubernetes.list<T>(resource, selection)),
    patch: <T extends KubernetesObject>(
      resource: Resource,
      key: ObjectKey,
      patch: MergePatch,
      options?: PatchOptions,
    ) => again(() => kubernetes.patch<T>(resource, key, patch, options)),
  }
}
