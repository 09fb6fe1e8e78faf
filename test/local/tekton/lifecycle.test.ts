// What only the stand-in can be asked: scripted ends, restarts in the middle, credentials, and that it says no pod ran.

import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { PipelineTask } from '../../../local/tekton/pipeline.ts'
import type { KubernetesObject } from '../../../shared/kubernetes/resources.ts'
import { secrets } from '../../../shared/kubernetes/resources.ts'
import { basic } from '../../../shared/oci/token.ts'
import { fromBundle, pipeline } from '../../conformance/tekton.bundles.ts'
import { createStage } from '../../conformance/tekton.world.ts'
import { type LocalWorld, startWorld } from './world.ts'

let world: LocalWorld
beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world.close())

const TASK: PipelineTask = {
  name: 'a',
  taskSpec: { steps: [{ name: 's', image: 'busybox', script: 'true' }] },
}
const LONG = 600_000

test('a script lets a task die as its memory runs out', async () => {
  await world.start({ play: async () => ({ a: { reason: 'OOMKilled' } }) })
  const stage = createStage(world, 'oom')
  await stage.create({ pipelineSpec: { tasks: [TASK] } })
  expect((await stage.finished()).status?.conditions?.[0]?.reason).toBe('Failed')
  const [taskRun] = await stage.taskRuns()
  expect(taskRun?.status?.conditions?.[0]).toMatchObject({
    reason: 'StepOOM',
    message: '"step-s" exited with code 137: OOMKilled',
  })
  expect(taskRun?.status?.steps?.[0]?.terminated).toMatchObject({ exitCode: 137, reason: 'OOMKilled' })
})

test('a task is tried again, and its first attempt stays on record', async () => {
  await world.start({ play: async () => ({ a: { exitCode: 4, failures: 1 } }) })
  const stage = createStage(world, 'retried')
  await stage.create({ pipelineSpec: { tasks: [{ ...TASK, retries: 2 }] } })
  expect((await stage.finished()).status?.conditions?.[0]?.reason).toBe('Succeeded')
  const [taskRun] = await stage.taskRuns()
  expect(taskRun?.status?.retriesStatus?.map(attempt => attempt.conditions?.[0]?.message)).toEqual([
    '"step-s" exited with code 4: Error',
  ])
})

test('the script is asked for with the run, and the pipeline is part of the name', async () => {
  await world.start({
    play: async ({ metadata }): Promise<Record<string, { exitCode: number }>> =>
      metadata.annotations?.mood === 'bad' ? { 'moody/a': { exitCode: 1 } } : {},
  })
  const bundle = await world.publish([pipeline('moody', { tasks: [TASK] })])
  const [good, bad] = [createStage(world, 'good'), createStage(world, 'bad')]
  await good.create(fromBundle(bundle, 'moody'))
  await bad.create(fromBundle(bundle, 'moody'), { mood: 'bad' })
  expect((await good.finished()).status?.conditions?.[0]?.reason).toBe('Succeeded')
  expect((await bad.finished()).status?.conditions?.[0]?.reason).toBe('Failed')
})

test('a graceful cancel stops the tasks and runs finally', async () => {
  await world.start({ play: async () => ({ a: { durationMs: LONG } }) })
  const stage = createStage(world, 'graceful')
  await stage.create({ pipelineSpec: { tasks: [TASK], finally: [{ ...TASK, name: 'z' }] } })
  await stage.reaches('Running')
  await stage.patch({ status: 'CancelledRunFinally' })
  const { status } = await stage.finished()
  expect(status?.conditions?.[0]).toMatchObject({
    reason: 'Cancelled',
    message: 'PipelineRun "graceful" was cancelled',
  })
  const ends = (await stage.taskRuns()).map(run => [run.metadata.name, run.status?.conditions?.[0]?.reason])
  expect(Object.fromEntries(ends)).toEqual({ 'graceful-a': 'TaskRunCancelled', 'graceful-z': 'Succeeded' })
})

test('everything that was played says that no pod ran', async () => {
  await world.start()
  const stage = createStage(world, 'honest')
  await stage.create({ pipelineSpec: { tasks: [TASK] } })
  await stage.finished()
  const [taskRun] = await stage.taskRuns()
  expect(taskRun?.metadata.annotations?.['local.kubernaut.io/played']).toBe('no pod ran')
  expect(taskRun?.status?.podName).toBe('')
  expect(taskRun?.status?.steps?.[0]?.terminated?.message).toBe('no pod ran')
})

test('what the stand-in cannot play it refuses in plain words', async () => {
  await world.start()
  const stage = createStage(world, 'matrix')
  await stage.create({ pipelineSpec: { tasks: [{ ...TASK, matrix: { params: [] } }] } })
  expect((await stage.finished()).status?.conditions?.[0]?.message).toBe(
    'The local stand-in for Tekton does not play a matrix (task a).',
  )
})

interface Secret extends KubernetesObject {
  readonly type: string
  readonly data: Readonly<Record<string, string>>
}

test("a bundle is pulled with the secret that the reference names, read in the run's namespace", async () => {
  const bundle = await world.publish([pipeline('p', { tasks: [TASK] })])
  const [registry = ''] = bundle.split('/')
  const login = { username: 'robot', password: randomUUID() }
  const config = JSON.stringify({ auths: { [registry]: login } })
  await world.kubernetes.create<Secret>(secrets, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'pull', namespace: world.namespace },
    type: 'kubernetes.io/dockerconfigjson',
    data: { '.dockerconfigjson': Buffer.from(config).toString('base64') },
  })
  const used: string[] = []
  /** A registry that wants to know who asks. */
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const authorization = new Headers(init?.headers).get('authorization')
    if (!String(input).includes('/manifests/')) return globalThis.fetch(input, init)
    if (authorization !== null) used.push(authorization)
    const headers = { 'www-authenticate': 'Basic realm="registry"' }
    return authorization === null
      ? new Response(null, { status: 401, headers })
      : globalThis.fetch(input, init)
  }
  await world.start({ fetch })
  const stage = createStage(world, 'private')
  const { pipelineRef } = fromBundle(bundle, 'p')
  const params = [...(pipelineRef?.params ?? []), { name: 'secret', value: 'pull' }]
  await stage.create({ pipelineRef: { resolver: 'bundles', params } })
  expect((await stage.finished()).status?.conditions?.[0]?.reason).toBe('Succeeded')
  expect(used).toEqual([basic(login)])
})
