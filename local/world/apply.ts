// `kubectl apply` over plain HTTP, for objects of any kind: server-side apply, as one writer.

import type { KubernetesObject } from '../../shared/kubernetes/resources.ts'

interface ApiResource {
  readonly name: string
  readonly kind: string
  readonly namespaced: boolean
}

function rootOf(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
}

async function findResource(url: string, object: KubernetesObject): Promise<ApiResource> {
  const root = rootOf(object.apiVersion ?? '')
  const response = await fetch(url + root)
  const { resources = [] } = (await response.json()) as { resources?: ApiResource[] }
  const found = resources.find(each => each.kind === object.kind && !each.name.includes('/'))
  if (found === undefined) throw new Error(`The API serves no ${object.apiVersion} ${object.kind}`)
  return found
}

/** Applies one object (https://kubernetes.io/docs/reference/using-api/server-side-apply/); throws with the server's message. */
export async function apply(url: string, object: KubernetesObject): Promise<void> {
  const resource = await findResource(url, object)
  const { namespace = 'default', name } = object.metadata
  const scope = resource.namespaced ? `/namespaces/${namespace}` : ''
  const path = `${rootOf(object.apiVersion ?? '')}${scope}/${resource.name}/${name}`
  const response = await fetch(`${url}${path}?fieldManager=local-world&force=true`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/apply-patch+yaml' },
    body: JSON.stringify(object),
  })
  if (!response.ok) throw new Error(`${object.kind} ${name}: ${response.status} ${await response.text()}`)
}
