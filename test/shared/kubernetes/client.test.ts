// The client's verbs as the API server sees them: method, path, headers and body of each.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Kubernetes } from '../../../shared/kubernetes/client.ts'
import { configMaps, leases, namespaces, pipelineRuns } from '../../../shared/kubernetes/resources.ts'
import { type Api, startApi } from './kit.ts'

let api: Api
beforeEach(async () => {
  api = await startApi()
})
afterEach(() => api.close())

const KEY = { namespace: 'a', name: 'rem-1' }
const RUN = { metadata: { ...KEY, resourceVersion: '7' } }
const RUNS = '/apis/tekton.dev/v1/namespaces/a/pipelineruns'

describe('what is sent', () => {
  type Row = readonly [
    name: string,
    act: (client: Kubernetes) => Promise<unknown>,
    method: string,
    path: string,
    body?: object,
  ]
  const rows: readonly Row[] = [
    ['get', client => client.get(pipelineRuns, KEY), 'GET', `${RUNS}/rem-1`],
    [
      'get of the core group',
      client => client.get(configMaps, KEY),
      'GET',
      '/api/v1/namespaces/a/configmaps/rem-1',
    ],
    [
      'get of what has no namespace',
      client => client.get(namespaces, { name: 'a' }),
      'GET',
      '/api/v1/namespaces/a',
    ],
    [
      'get of a name that is no name',
      client => client.get(configMaps, { namespace: '../b', name: 'x?y' }),
      'GET',
      '/api/v1/namespaces/..%2Fb/configmaps/x%3Fy',
    ],
    ['create', client => client.create(pipelineRuns, RUN), 'POST', RUNS, RUN],
    ['replace', client => client.replace(pipelineRuns, RUN), 'PUT', `${RUNS}/rem-1`, RUN],
    [
      'replace of the status',
      client => client.replace(pipelineRuns, RUN, 'status'),
      'PUT',
      `${RUNS}/rem-1/status`,
      RUN,
    ],
    [
      'patch',
      client => client.patch(pipelineRuns, KEY, { spec: { status: null } }),
      'PATCH',
      `${RUNS}/rem-1`,
      { spec: { status: null } },
    ],
    [
      'patch of one version only',
      client =>
        client.patch(pipelineRuns, KEY, { metadata: { labels: { a: 'b' } } }, { resourceVersion: '7' }),
      'PATCH',
      `${RUNS}/rem-1`,
      { metadata: { labels: { a: 'b' }, resourceVersion: '7' } },
    ],
    [
      'patch of the status',
      client => client.patch(pipelineRuns, KEY, {}, { subresource: 'status' }),
      'PATCH',
      `${RUNS}/rem-1/status`,
      {},
    ],
    [
      'remove',
      client => client.remove(leases, KEY),
      'DELETE',
      '/apis/coordination.k8s.io/v1/namespaces/a/leases/rem-1',
      { apiVersion: 'v1', kind: 'DeleteOptions' },
    ],
    [
      'remove of one object only',
      client => client.remove(leases, { ...KEY, uid: 'u' }),
      'DELETE',
      '/apis/coordination.k8s.io/v1/namespaces/a/leases/rem-1',
      { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid: 'u' } },
    ],
    [
      'remove of one version only',
      client => client.remove(leases, KEY, { resourceVersion: '7' }),
      'DELETE',
      '/apis/coordination.k8s.io/v1/namespaces/a/leases/rem-1',
      { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { resourceVersion: '7' } },
    ],
  ]
  it.each(rows.map(row => ({ name: row[0], row })))('$name', async ({ row: [, act, method, path, body] }) => {
    await act(api.kubernetes)
    expect(api.asked.map(asked => [asked.method, asked.path, asked.body])).toEqual([[method, path, body]])
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
    expect(api.asked[0]?.headers['content-type']).toBe(body === undefined ? undefined : type)
    expect(api.asked[0]?.headers.accept).toBe('application/json')
  })

  it('a server behind a path keeps its path', async () => {
    const behind = await startApi('/k8s/clusters/c-1/')
    await behind.kubernetes.get(configMaps, KEY)
    expect(behind.asked[0]?.path).toBe('/k8s/clusters/c-1/api/v1/namespaces/a/configmaps/rem-1')
    await behind.close()
  })
})
