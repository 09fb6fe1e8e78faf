// One request to the stand-in, for tests that speak its protocol.

import type { LocalKubernetes } from '../../../local/kubernetes/server.ts'

export interface Answered {
  readonly status: number
  // Answers are read by tests as the documents that they expect.
  readonly body: ApiDocument
}

export interface ApiDocument {
  readonly kind?: string
  readonly reason?: string
  readonly message?: string
  readonly metadata?: {
    readonly name?: string
    readonly uid?: string
    readonly resourceVersion?: string
    readonly finalizers?: readonly string[]
    readonly deletionTimestamp?: string
    readonly ownerReferences?: readonly { readonly uid: string }[]
  }
  readonly items?: readonly ApiDocument[]
  readonly spec?: Readonly<Record<string, unknown>>
  readonly status?: unknown
}

export type Send = (method: string, path: string, body?: unknown) => Promise<Answered>

/** Sends JSON; a PATCH with a list is a JSON patch, any other a merge patch. */
export function sender(kubernetes: LocalKubernetes): Send {
  return async (method, path, body) => {
    const patch = Array.isArray(body) ? 'application/json-patch+json' : 'application/merge-patch+json'
    const type = method === 'PATCH' ? patch : 'application/json'
    const response = await fetch(kubernetes.url + path, {
      method,
      headers: { 'content-type': type, authorization: 'Bearer tester' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json')
    return { status: response.status, body: isJson ? (JSON.parse(text) as ApiDocument) : { message: text } }
  }
}

export const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps'
export const RUNS = '/apis/tekton.dev/v1/namespaces/default/pipelineruns'
