// What goes when its owner, its namespace or its definition goes.

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type LocalKubernetes, startKubernetes } from '../../../local/kubernetes/server.ts'
import { CONFIG_MAPS, RUNS, type Send, sender } from './api.ts'

let kubernetes: LocalKubernetes
let send: Send

beforeEach(async () => {
  kubernetes = await startKubernetes()
  send = sender(kubernetes)
})
afterEach(() => kubernetes.close())

async function create(name: string, owners: readonly string[] = [], rest: object = {}): Promise<string> {
  const ownerReferences = owners.map(owner => {
    const [ownerName, uid] = owner.split(' ')
    return { apiVersion: 'v1', kind: 'ConfigMap', name: ownerName, uid }
  })
  const { body } = await send('POST', CONFIG_MAPS, { metadata: { name, ownerReferences, ...rest } })
  return `${name} ${body.metadata?.uid}`
}

const statusOf = async (path: string) => (await send('GET', path)).status
const gone = (path: string) => vi.waitFor(async () => expect(await statusOf(path)).toBe(404), { interval: 5 })

test('dependents follow their owner, to the last', async () => {
  const owner = await create('owner')
  const middle = await create('middle', [owner])
  await create('leaf', [middle])
  await create('free')
  await send('DELETE', `${CONFIG_MAPS}/owner`)
  await gone(`${CONFIG_MAPS}/middle`)
  await gone(`${CONFIG_MAPS}/leaf`)
  expect(await statusOf(`${CONFIG_MAPS}/free`)).toBe(200)
})

test('an owner that never was, or is another by the same name, is gone', async () => {
  await create('owner')
  await create('orphan', ['owner 00000000-0000-0000-0000-000000000000'])
  await gone(`${CONFIG_MAPS}/orphan`)
  expect(await statusOf(`${CONFIG_MAPS}/owner`)).toBe(200)
})

test('an owner in another namespace is gone', async () => {
  const owner = await create('owner')
  const [name, uid] = owner.split(' ')
  await send('POST', '/api/v1/namespaces', { metadata: { name: 'system' } })
  const leases = '/apis/coordination.k8s.io/v1/namespaces/system/leases'
  const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name, uid }]
  expect((await send('POST', leases, { metadata: { name: 'lock', ownerReferences } })).status).toBe(201)
  await gone(`${leases}/lock`)
})

test('a cluster-scoped owner holds objects of any namespace', async () => {
  const { body } = await send('POST', '/api/v1/nodes', { metadata: { name: 'node' } })
  const ownerReferences = [{ apiVersion: 'v1', kind: 'Node', name: 'node', uid: body.metadata?.uid }]
  await send('POST', CONFIG_MAPS, { metadata: { name: 'held', ownerReferences } })
  await create('swept', ['none 00000000-0000-0000-0000-000000000000'])
  await gone(`${CONFIG_MAPS}/swept`)
  expect(await statusOf(`${CONFIG_MAPS}/held`)).toBe(200)
  await send('DELETE', '/api/v1/nodes/node')
  await gone(`${CONFIG_MAPS}/held`)
})

test('of two owners one is enough, and only it stays named', async () => {
  const first = await create('first')
  const second = await create('second')
  await create('shared', [first, second])
  await send('DELETE', `${CONFIG_MAPS}/first`)
  await vi.waitFor(async () => {
    const { body } = await send('GET', `${CONFIG_MAPS}/shared`)
    expect(body.metadata?.ownerReferences).toMatchObject([{ uid: second.split(' ')[1] }])
  })
})

test('in the foreground the owner waits for its dependents', async () => {
  const owner = await create('owner')
  await create('held', [owner], { finalizers: ['test.kubernaut.io/hold'] })
  const { body } = await send('DELETE', `${CONFIG_MAPS}/owner`, { propagationPolicy: 'Foreground' })
  expect(body.metadata?.finalizers).toEqual(['foregroundDeletion'])
  await vi.waitFor(async () => {
    const held = await send('GET', `${CONFIG_MAPS}/held`)
    expect(held.body.metadata?.deletionTimestamp).toBeDefined()
  })
  expect(await statusOf(`${CONFIG_MAPS}/owner`)).toBe(200)
  await send('PATCH', `${CONFIG_MAPS}/held`, { metadata: { finalizers: null } })
  await gone(`${CONFIG_MAPS}/owner`)
})

test('orphans stay, and forget their owner', async () => {
  const owner = await create('owner')
  await create('left', [owner])
  await send('DELETE', `${CONFIG_MAPS}/owner`, { propagationPolicy: 'Orphan' })
  await gone(`${CONFIG_MAPS}/owner`)
  const { status, body } = await send('GET', `${CONFIG_MAPS}/left`)
  expect(status).toBe(200)
  expect(body.metadata?.ownerReferences).toBeUndefined()
})

test('a namespace goes when what it holds is gone, and takes nothing new meanwhile', async () => {
  const inside = '/api/v1/namespaces/tenant/configmaps'
  await send('POST', '/api/v1/namespaces', { metadata: { name: 'tenant' } })
  expect(await statusOf('/api/v1/namespaces/tenant/serviceaccounts/default')).toBe(200)
  await send('POST', inside, { metadata: { name: 'held', finalizers: ['test.kubernaut.io/hold'] } })
  const { body } = await send('DELETE', '/api/v1/namespaces/tenant')
  expect(body.status).toEqual({ phase: 'Terminating' })
  const refused = await send('POST', inside, { metadata: { name: 'late' } })
  expect(refused).toMatchObject({ status: 403, body: { reason: 'Forbidden' } })
  expect(refused.body.message).toContain('because it is being terminated')
  await send('PATCH', `${inside}/held`, { metadata: { finalizers: null } })
  await gone('/api/v1/namespaces/tenant')
})

test('a definition takes its objects with it', async () => {
  const run = { apiVersion: 'tekton.dev/v1', kind: 'PipelineRun', metadata: { name: 'run' } }
  await send('POST', RUNS, { ...run, spec: { pipelineRef: { name: 'p' } } })
  await send('DELETE', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/pipelineruns.tekton.dev')
  expect(await statusOf(RUNS)).toBe(404)
})
