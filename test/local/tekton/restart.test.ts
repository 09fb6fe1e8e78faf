// The stand-in keeps nothing in mind: restarts, a second one beside it, a server that goes away, children that vanish.

import { afterEach, beforeEach, expect, test } from 'vitest'
import type { PipelineTask } from '../../../local/tekton/pipeline.ts'
import { taskRuns } from '../../../shared/kubernetes/resources.ts'
import { createStage } from '../../conformance/tekton.world.ts'
import { until } from '../../conformance/until.ts'
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

test('a second start goes on where the first one stopped', async () => {
  const first = await world.start({ durationMs: LONG })
  const stage = createStage(world, 'survivor')
  await stage.create({ pipelineSpec: { tasks: [TASK, { ...TASK, name: 'b', runAfter: ['a'] }] } })
  await until('the task to run', async () =>
    (await stage.taskRuns()).find(({ status }) => status?.conditions?.[0]?.reason === 'Running'),
  )
  await first.close()
  await world.start()
  expect((await stage.finished()).status?.conditions?.[0]?.reason).toBe('Succeeded')
  expect((await stage.taskRuns()).map(({ metadata }) => metadata.name).sort()).toEqual([
    'survivor-a',
    'survivor-b',
  ])
})

test('an API server that goes away and forgets its history is asked again from the start', async () => {
  const trouble: string[] = []
  await world.start({ log: message => trouble.push(message) })
  world.cluster.fail('down')
  await until('the watches to break', async () => trouble.find(message => message.startsWith('watch of')))
  world.cluster.compact()
  world.cluster.fail(undefined)
  const stage = createStage(world, 'after')
  await until('the server to be back', () =>
    stage.create({ pipelineSpec: { tasks: [TASK] } }).catch(() => undefined),
  )
  expect((await stage.finished()).status?.conditions?.[0]?.reason).toBe('Succeeded')
})

test('two at once do not disturb each other: one of each TaskRun, one end', async () => {
  await Promise.all([world.start({ skipEvents: true }), world.start()])
  const stage = createStage(world, 'shared')
  await stage.create({ pipelineSpec: { tasks: [TASK, { ...TASK, name: 'b' }] } })
  expect((await stage.finished()).status?.conditions?.[0]?.message).toBe(
    'Tasks Completed: 2 (Failed: 0, Cancelled 0), Skipped: 0',
  )
  expect(await stage.taskRuns()).toHaveLength(2)
})

test('a TaskRun that is deleted is made again', async () => {
  const tekton = await world.start({ durationMs: LONG })
  const stage = createStage(world, 'stubborn')
  await stage.create({ pipelineSpec: { tasks: [TASK] } })
  await stage.reaches('Running')
  const [before] = await stage.taskRuns()
  await tekton.idle()
  await world.kubernetes.remove(taskRuns, { namespace: world.namespace, name: 'stubborn-a' })
  await until('another', async () =>
    (await stage.taskRuns()).find(({ metadata }) => metadata.uid !== before?.metadata.uid),
  )
})
