// The official JavaScript client against the stand-in: typed objects, custom objects, watches.

import {
  ApiException,
  AppsV1Api,
  CoreV1Api,
  CustomObjectsApi,
  KubeConfig,
  type KubernetesObject,
  KubernetesObjectApi,
  Watch,
} from '@kubernetes/client-node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LocalKubernetes, startKubernetes } from '../../../local/kubernetes/server.ts'

let kubernetes: LocalKubernetes
const config = new KubeConfig()

beforeAll(async () => {
  kubernetes = await startKubernetes()
  config.loadFromString(kubernetes.kubeconfig())
})
afterAll(() => kubernetes.close())

const RUNS = { group: 'tekton.dev', version: 'v1', namespace: 'default', plural: 'pipelineruns' }
const run = (name: string): KubernetesObject & { spec: object } => ({
  apiVersion: 'tekton.dev/v1',
  kind: 'PipelineRun',
  metadata: { name, labels: { app: 'x' } },
  spec: { pipelineRef: { name: 'p' } },
})

test('built-in objects have types', async () => {
  const core = config.makeApiClient(CoreV1Api)
  await core.createNamespace({ body: { metadata: { name: 'typed' } } })
  const body = { metadata: { name: 'key' }, stringData: { a: 'b' } }
  await core.createNamespacedSecret({ namespace: 'typed', body })
  const secret = await core.readNamespacedSecret({ namespace: 'typed', name: 'key' })
  expect(secret.data).toEqual({ a: 'Yg==' })
  expect(secret.metadata?.creationTimestamp).toBeInstanceOf(Date)
  const { items } = await core.listNamespacedSecret({ namespace: 'typed' })
  expect(items.map(item => item.metadata?.name)).toEqual(['key'])
})

test('custom objects are created, listed, patched and deleted', async () => {
  const custom = config.makeApiClient(CustomObjectsApi)
  await custom.createNamespacedCustomObject({ ...RUNS, body: run('one') })
  const list = await custom.listNamespacedCustomObject({ ...RUNS, labelSelector: 'app=x' })
  expect(list).toMatchObject({ kind: 'PipelineRunList', items: [{ metadata: { name: 'one' } }] })
  const body = [{ op: 'add', path: '/metadata/annotations', value: { a: 'b' } }]
  const patched = await custom.patchNamespacedCustomObject({ ...RUNS, name: 'one', body })
  expect(patched).toMatchObject({ metadata: { annotations: { a: 'b' } } })
  const deleted = await custom.deleteNamespacedCustomObject({ ...RUNS, name: 'one' })
  expect(deleted).toMatchObject({ status: 'Success' })
})

test('a refusal is an ApiException with the Status', async () => {
  const custom = config.makeApiClient(CustomObjectsApi)
  await custom.createNamespacedCustomObject({ ...RUNS, body: run('twice') })
  const again = custom.createNamespacedCustomObject({ ...RUNS, body: run('twice') })
  const error = await again.catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(ApiException)
  expect(error).toMatchObject({ code: 409, body: expect.stringContaining('"reason":"AlreadyExists"') })
})

test('workloads scale', async () => {
  const apps = config.makeApiClient(AppsV1Api)
  const template = { metadata: { labels: { app: 'w' } }, spec: { containers: [{ name: 'c', image: 'i' }] } }
  const spec = { selector: { matchLabels: { app: 'w' } }, template }
  await apps.createNamespacedDeployment({
    namespace: 'default',
    body: { metadata: { name: 'web' }, spec },
  })
  const place = { namespace: 'default', name: 'web' }
  const scale = await apps.readNamespacedDeploymentScale(place)
  expect(scale).toMatchObject({ spec: { replicas: 1 }, status: { selector: 'app=w' } })
  await apps.replaceNamespacedDeploymentScale({ ...place, body: { ...scale, spec: { replicas: 3 } } })
  const web = await apps.readNamespacedDeployment(place)
  expect(web.spec?.replicas).toBe(3)
  expect(web.metadata?.generation).toBe(2)
})

test('kinds are found by discovery', async () => {
  const objects = KubernetesObjectApi.makeApiClient(config)
  const created = await objects.create(run('discovered'))
  expect(created.metadata?.uid).toBeDefined()
  const read = await objects.read({
    ...run('discovered'),
    metadata: { name: 'discovered', namespace: 'default' },
  })
  expect(read.metadata?.uid).toBe(created.metadata?.uid)
})

test('a watch tells what happens', async () => {
  const core = config.makeApiClient(CoreV1Api)
  const seen: string[] = []
  const { promise, resolve } = Promise.withResolvers<void>()
  const path = '/api/v1/namespaces/default/configmaps'
  const controller = await new Watch(config).watch(
    path,
    {},
    (type, object: { metadata: { name: string } }) => {
      seen.push(`${type} ${object.metadata.name}`)
      if (type === 'DELETED') resolve()
    },
    () => resolve(),
  )
  await core.createNamespacedConfigMap({ namespace: 'default', body: { metadata: { name: 'watched' } } })
  await core.deleteNamespacedConfigMap({ namespace: 'default', name: 'watched' })
  await promise
  controller.abort()
  expect(seen).toEqual(['ADDED watched', 'DELETED watched'])
})
