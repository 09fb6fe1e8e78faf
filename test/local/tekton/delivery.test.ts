// How CloudEvents reach the sink: once, again after a restart, after trouble, or not at all where a test wants it so.

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { pipelineRuns, taskRuns } from '../../../shared/kubernetes/resources.ts'
import { createStage, phaseOf, type ReceivedEvent } from '../../conformance/tekton.world.ts'
import { until } from '../../conformance/until.ts'
import { type LocalWorld, startWorld } from './world.ts'

const STEP = { name: 's', image: 'busybox', script: 'true' }

let world: LocalWorld
beforeAll(async () => {
  world = await startWorld()
})
afterEach(() => world.stop())
afterAll(() => world.close())

function eventsAbout(name: string): ReceivedEvent[] {
  return world.events.filter(({ headers }) => String(headers['ce-subject']).startsWith(name))
}

describe('an ended run', () => {
  const ends = () => eventsAbout('again').filter(event => phaseOf(event) === 'successful').length

  test('sends its end again after a restart, but not twice from one process', async () => {
    const first = await world.start()
    const stage = createStage(world, 'again')
    await stage.create({ pipelineSpec: { tasks: [{ name: 'a', taskSpec: { steps: [STEP] } }], params: [] } })
    await stage.finished()
    await until('both ends', async () => ends() === 2 || undefined)
    await stage.kubernetes.patch(
      pipelineRuns,
      { namespace: world.namespace, name: 'again' },
      {
        metadata: { annotations: { touched: 'yes' } },
      },
    )
    await first.idle()
    expect(ends()).toBe(2)
    await first.close()
    await world.start()
    await until('both ends again', async () => ends() === 4 || undefined)
  })

  test('is silent when a namesake was loud within two hours', async () => {
    const tekton = await world.start()
    const stage = createStage(world, 'twin')
    const spec = { pipelineSpec: { tasks: [{ name: 'a', taskSpec: { steps: [STEP] } }] } }
    await stage.create(spec)
    await stage.finished()
    await stage.phases('pipelinerun', 3)
    await stage.kubernetes.remove(pipelineRuns, { namespace: world.namespace, name: 'twin' })
    await until('it to be gone', async () => (await stage.read()) === undefined || undefined)
    // A cluster's garbage collector may be as quick, or slower.
    await stage.kubernetes
      .remove(taskRuns, { namespace: world.namespace, name: 'twin-a' })
      .catch(error => expect(error).toMatchObject({ status: 404 }))
    await until('its task to be gone', async () => (await stage.taskRuns()).length === 0 || undefined)
    await stage.create(spec)
    await stage.finished()
    await tekton.idle()
    expect(await stage.phases('pipelinerun', 3)).toEqual(['queued', 'running', 'successful'])
  })
})

test('events can be lost and delayed', async () => {
  const tekton = await world.start({
    drop: event => event.type.includes('successful') && event.subject === 'lossy',
    delay: event => (event.type.includes('queued') ? 1 : 0),
  })
  const stage = createStage(world, 'lossy')
  await stage.create({ pipelineSpec: { tasks: [{ name: 'a', taskSpec: { steps: [STEP] } }] } })
  await stage.finished()
  await until(
    'the task to end',
    async () => eventsAbout('lossy-a').some(event => phaseOf(event) === 'successful') || undefined,
  )
  await tekton.idle()
  expect(await stage.phases('pipelinerun', 2)).toEqual(['queued', 'running'])
})

test('a sink that is away for a while gets the event, one that refuses does not', async () => {
  const refused: string[] = []
  const tekton = await world.start({ log: message => refused.push(message) })
  const stage = createStage(world, 'later')
  world.respond(503)
  await stage.create({ pipelineSpec: { tasks: [{ name: 'a', taskSpec: { steps: [STEP] } }] } })
  await stage.finished()
  world.respond(202)
  expect(await stage.phases('pipelinerun', 3)).toEqual(['queued', 'running', 'successful'])
  world.respond(500)
  const unlucky = createStage(world, 'unlucky')
  await unlucky.create({ pipelineSpec: {}, status: 'PipelineRunPending' })
  await until('a refusal', async () => refused.some(message => message.includes('unlucky')) || undefined)
  world.respond(202)
  await tekton.idle()
  expect(eventsAbout('unlucky').filter(event => phaseOf(event) === 'queued')).toEqual([])
})
