// The table of Kubernetes calls and watches, against a real API server.

import { HttpMethod, RequestContext } from '@kubernetes/client-node'
import { Agent } from 'undici'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Resource } from '../../../shared/kubernetes/resources.ts'
import { kubernetesCalls } from '../../conformance/kubernetes.calls.ts'
import { type ApiServer, performCall } from '../../conformance/kubernetes.perform.ts'
import { watchScenarios } from '../../conformance/kubernetes.watches.ts'
import { GROUP } from '../../conformance/kubernetes.widget.ts'
import { type Cluster, loadKubeConfig, openCluster } from '../cluster.ts'
import { fetchThrough } from '../fetch.ts'

const definitions: Resource = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  plural: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
  namespaced: false,
}

/** The API server with the kubeconfig's credentials, for whoever wants to say every other header itself. */
async function openApiServer(): Promise<ApiServer> {
  const kubeConfig = loadKubeConfig()
  const url = (kubeConfig.getCurrentCluster()?.server ?? '').replace(/\/+$/, '')
  const context = new RequestContext(url, HttpMethod.GET)
  await kubeConfig.applySecurityAuthentication(context)
  const fetch = fetchThrough(context.getDispatcher() ?? new Agent())
  return { url, headers: context.getHeaders(), fetch }
}

let cluster: Cluster
let server: ApiServer
const variables = new Map<string, string>()

/** The definition is the cluster's, not the namespace's: one that an interrupted run left would be in the way. */
async function removeDefinition(): Promise<void> {
  const key = { name: `widgets.${GROUP}` }
  if ((await cluster.kubernetes.get(definitions, key)) === undefined) return
  await cluster.kubernetes.remove(definitions, key)
  await expect.poll(() => cluster.kubernetes.get(definitions, key), { timeout: 30_000 }).toBeUndefined()
}

beforeAll(async () => {
  cluster = await openCluster('conformance-kubernetes')
  variables.set('namespace', cluster.namespace)
  server = await openApiServer()
  await removeDefinition()
})

afterAll(async () => {
  await removeDefinition()
  await cluster[Symbol.asyncDispose]()
})

test.each(kubernetesCalls)('$name', async call => {
  expect(await performCall(call, server, variables)).toEqual([])
})

test.each(watchScenarios)('a watch: $name', ({ run }) => run(cluster))
