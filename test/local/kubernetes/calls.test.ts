// The table of Kubernetes calls, against the stand-in.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LocalKubernetes, startKubernetes } from '../../../local/kubernetes/server.ts'
import { kubernetesCalls } from '../../conformance/kubernetes.calls.ts'
import { performCall } from '../../conformance/kubernetes.perform.ts'

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
