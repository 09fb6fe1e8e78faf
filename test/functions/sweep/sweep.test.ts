// The timer ticks: what the world forgot is said again, what is done costs nothing, and trouble stops nothing else.

import { expect, test } from 'vitest'
import { execute } from '../../../functions/execute/index.ts'
import { notify } from '../../../functions/notify/index.ts'
import { sweep } from '../../../functions/sweep/index.ts'
import { TYPE } from '../../../shared/events/contract.ts'
import { pipelineRuns } from '../../../shared/kubernetes/resources.ts'
import { readyCondition } from '../../../shared/playbook/playbook.ts'
import { LABEL, type PipelineRun } from '../../../shared/remediation/marks.ts'
import { Fault } from '../../../shared/runtime/fault.ts'
import { ended, tick } from '../../kit/events.ts'
import { create, push, read, registered } from '../../kit/playbooks.ts'
import { analysis, begin, finish, lockOn, readRun } from '../../kit/remediations.ts'
import { repair, sweepOnce } from '../../kit/repair.ts'
import { type Stage, startStage, TENANT } from '../../kit/stage.ts'

const MINUTE = 60_000

/** A run that ended, was told and has let go of its target. */
async function done(stage: Stage, id: string): Promise<PipelineRun> {
  const { run } = await begin(stage, id, analysis('scale', id))
  const event = ended(await finish(stage, run))
  await execute.create(stage.services)(event)
  await notify.create(stage.services)(event)
  return readRun(stage, run)
}

/** More runs that differ from a finished one in nothing but their name. */
async function copy(stage: Stage, { metadata, spec }: PipelineRun, names: readonly string[]): Promise<void> {
  const { namespace = TENANT, labels = {}, annotations = {} } = metadata
  const make = (name: string) =>
    stage.kubernetes.create<PipelineRun>(pipelineRuns, {
      apiVersion: 'tekton.dev/v1',
      kind: 'PipelineRun',
      metadata: { name, namespace, labels, annotations },
      spec,
    })
  await Promise.all(names.map(make))
}

/** What one sweep asks of the API server, and how many objects it gets. */
async function cost(stage: Stage): Promise<{ calls: number; objects: number }> {
  let objects = 0
  const kubernetes = { ...stage.kubernetes, list: counted }
  async function counted(...given: Parameters<typeof stage.kubernetes.list>) {
    const answer = await stage.kubernetes.list(...given)
    objects += answer.items.length
    return answer
  }
  const before = stage.requests.length
  const services = stage.replica({ kubernetes: kubernetes as typeof stage.kubernetes })
  await sweep.create(services)(tick())
  return { calls: stage.requests.length - before, objects }
}

test('with nothing to do it posts nothing, however many runs have ended', async () => {
  await using stage = await startStage()
  await registered(stage, 'scale')
  const finished = await done(stage, 'a')
  stage.clock.advance(10 * MINUTE)
  await copy(stage, finished, ['few-1', 'few-2', 'few-3', 'few-4'])
  const few = await cost(stage)
  const many = Array.from({ length: 200 }, (_, index) => `many-${index}`)
  await copy(stage, finished, many)

  expect(await cost(stage)).toEqual(few)
  expect(await sweepOnce(stage)).toEqual([])
})

test('an end that Tekton never told is settled and told', async () => {
  await using stage = await startStage()
  await registered(stage, 'scale')
  const { run } = await begin(stage, 'a', analysis('scale'))
  await finish(stage, run)
  expect(await sweepOnce(stage)).toEqual([])
  stage.clock.advance(MINUTE)

  const posted = await sweepOnce(stage)
  expect(posted).toMatchObject([{ type: TYPE.runSuccessful, subject: run }])
  expect((await sweepOnce(stage))[0]?.id).toBe(posted[0]?.id)
  await repair(stage)

  expect((await lockOn(stage)).holder).toBeUndefined()
  expect((await readRun(stage, run)).metadata.labels).toMatchObject({ [LABEL.told]: 'yes' })
  expect(await sweepOnce(stage)).toEqual([])
})

test('a Playbook whose event was lost is registered', async () => {
  await using stage = await startStage()
  await create(stage, 'scale', { bundle: await push(stage, 'playbooks/scale:v1.0.0') })
  expect(await sweepOnce(stage)).toEqual([])
  stage.clock.advance(MINUTE)

  const replies = await repair(stage)

  expect(replies.map(reply => reply.type)).toEqual([TYPE.playbookRegistered])
  expect(readyCondition(await read(stage, 'scale'))?.status).toBe('True')
  expect(await sweepOnce(stage)).toEqual([])
})

test('one event that the Broker does not take keeps no other back', async () => {
  await using stage = await startStage()
  await registered(stage, 'scale')
  for (const id of ['a', 'b', 'c']) {
    const { run } = await begin(stage, id, analysis('scale', id))
    await finish(stage, run)
  }
  stage.clock.advance(MINUTE)
  let refused = ''
  const post = async (event: { subject?: string }) => {
    refused ||= event.subject ?? ''
    if (event.subject === refused) throw new Fault('unavailable', 'the Broker is full')
    stage.posted.push(event as never)
  }

  await sweep.create(stage.replica({ post }))(tick())
  expect(stage.posted.splice(0)).toHaveLength(2)
  expect(await sweepOnce(stage)).toHaveLength(3)
})

test('a sweep that another tick overtakes is not done twice', async () => {
  await using stage = await startStage()
  await create(stage, 'scale', { bundle: 'registry.example.com/scale:v1' })
  stage.clock.advance(MINUTE)
  const handle = sweep.create(stage.services)
  await Promise.all([handle(tick()), handle(tick()), handle(tick())])
  expect(stage.posted).toHaveLength(1)
})

test('an API server that is down makes the timer try again', async () => {
  await using stage = await startStage()
  stage.api.fail('down')
  await expect(sweep.create(stage.services)(tick())).rejects.toMatchObject({ kind: 'unavailable' })
})
