// The examples that mend a node: one that is dead, whose pods must run elsewhere, and one whose disk finished pods fill.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../../journeys/stage.ts'
import { testImage } from '../cluster.ts'
import { kubectl } from '../kubectl.ts'
import { openTenant, publishExample, type Tenant } from './example.ts'
import { apply, available, awaitAvailable, awaitLook, look, podsOf, workload } from './workload.ts'

let tenant: Tenant

beforeAll(async () => {
  tenant = await openTenant('nodes')
})
afterAll(() => tenant[Symbol.asyncDispose]())

/** A node without a machine: it has room, but nothing that is bound to it ever starts. */
function putDeadNode(name: string): void {
  const room = { cpu: '1', memory: '1Gi', pods: '10' }
  const labels = { 'examples.test': name }
  apply({ apiVersion: 'v1', kind: 'Node', metadata: { name, labels } })
  const conditions = [{ type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: 'no machine' }]
  const status = { capacity: room, allocatable: room, conditions }
  kubectl(['patch', 'node', name, '--subresource=status', '--type=merge', '-p', JSON.stringify({ status })])
}

/** Prefers the node, and is content with one that is not ready. */
function boundTo(name: string): object {
  const matchExpressions = [{ key: 'examples.test', operator: 'In', values: [name] }]
  const preferred = [{ weight: 100, preference: { matchExpressions } }]
  return {
    affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: preferred } },
    tolerations: ['not-ready', 'unreachable'].map(taint => ({
      key: `node.kubernetes.io/${taint}`,
      operator: 'Exists',
    })),
  }
}

test('cordon-and-drain brings the pods of a dead node to one that lives', async () => {
  const node = `dead-${tenant.namespace}`
  const { target, start, finish } = await publishExample(tenant, 'cordon-and-drain', { 'worker-2': node })
  putDeadNode(node)
  try {
    // Nobody will confirm that the pod has ended.
    apply(workload(target, { pod: { ...boundTo(node), terminationGracePeriodSeconds: 1 } }))
    await awaitLook([target, 'pods', '{.items[*].spec.nodeName}'], text => text === node)
    expect(look(target, 'pods', '{.items[*].status.phase}')).toBe('Pending')
    expect(available(target)).toBe('')
    expect(await finish(await start())).toBe(`${node} is cordoned; 1 pods were evicted`)
    expect(look('', `node ${node}`, '{.spec.unschedulable}')).toBe('true')
    await awaitAvailable(target)
    const [pod] = podsOf(target)
    expect(look(target, `pod ${pod}`, '{.spec.nodeName}')).not.toBe(node)
    expect(await finish(await start())).toBe(`${node} is cordoned; 0 pods were evicted`)
    expect(available(target)).toBe('1')
  } finally {
    kubectl(['delete', 'node', node])
  }
})

const MEBIBYTE = 2 ** 20
const WRITTEN = 64 * MEBIBYTE

/** What lies on the node's file system for images: these, and what containers wrote. */
function imageSpace(node: string): number {
  const text = kubectl(['get', '--raw', `/api/v1/nodes/${node}/proxy/stats/summary`])
  const { node: summary } = JSON.parse(text) as { node: { runtime: { imageFs: { usedBytes: number } } } }
  return summary.runtime.imageFs.usedBytes
}

/** A pod that fills the layer of its container, and may end then. */
function filler(namespace: string, name: string, then: string): object {
  const script = `dd if=/dev/zero of=/filled bs=1M count=${WRITTEN / MEBIBYTE} && ${then}`
  const container = { name: 'filler', image: testImage(), command: ['sh', '-c', script] }
  const spec = { restartPolicy: 'Never', terminationGracePeriodSeconds: 0, containers: [container] }
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace }, spec }
}

test('clean-image-space frees what finished pods keep, and leaves the others', async () => {
  const node = kubectl(['get', 'nodes', '-o', 'jsonpath={.items[0].metadata.name}'])
  const { target, start, finish } = await publishExample(tenant, 'clean-image-space', { 'worker-1': node })
  const phases = [target, 'pods', '{.items[*].status.phase}'] as const
  const before = imageSpace(node)
  apply(
    filler(target, 'done', 'true'),
    filler(target, 'failed', 'false'),
    filler(target, 'running', 'sleep 3600'),
  )
  await awaitLook(phases, text => text === 'Succeeded Failed Running')
  const full = await eventually('the pods to fill the disk', async () => {
    const now = imageSpace(node)
    return now > before + 2.5 * WRITTEN ? now : undefined
  })
  expect(await finish(await start())).toBe(`2 finished pods of ${target} on ${node} were deleted`)
  expect(look(target, 'pods', '{.items[*].metadata.name}')).toBe('running')
  await eventually('the disk to be freed', async () => imageSpace(node) < full - 1.5 * WRITTEN || undefined)
  expect(await finish(await start())).toMatch(/^nothing/)
})
