// The table of Kubernetes calls and watches, against the stand-in.

import { KubeConfig } from '@kubernetes/client-node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LocalKubernetes, startKubernetes } from '../../../local/kubernetes/server.ts'
import { createKubernetes } from '../../../shared/kubernetes/client.ts'
import { connect } from '../../../shared/kubernetes/connection.ts'
import { kubernetesCalls } from '../../conformance/kubernetes.calls.ts'
import { performCall } from '../../conformance/kubernetes.perform.ts'
import { watchScenarios } from '../../conformance/kubernetes.watches.ts'

let kubernetes: LocalKubernetes
const variables = new Map([['namespace', 'conformance']])

beforeAll(async () => {
  kubernetes = await startKubernetes()
  const body = JSON.stringify({ metadata: { name: 'conformance' } })
  const headers = { 'content-type': 'application/json' }
  await fetch(`${kubernetes.url}/api/v1/namespaces`, { method: 'POST', headers, body })
})
afterAll(() => kubernetes.close())

test.each(kubernetesCalls)('$name', async call => {
  const server = { url: kubernetes.url, fetch }
  expect(await performCall(call, server, variables)).toEqual([])
})

test.each(watchScenarios)('a watch: $name', async ({ run }) => {
  const kubeConfig = new KubeConfig()
  kubeConfig.loadFromString(kubernetes.kubeconfig())
  const connection = connect(kubeConfig, Date.now)
  await run({ kubernetes: createKubernetes(connection), namespace: 'conformance' }).finally(connection.close)
})
