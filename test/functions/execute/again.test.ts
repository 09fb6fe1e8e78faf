// A validated remediation comes again: the same answer, the same run, and nothing that is over begins once more.

import { expect, test } from 'vitest'
import { pipelineRuns } from '../../../shared/kubernetes/resources.ts'
import { ANNOTATION } from '../../../shared/remediation/marks.ts'
import { changed, ended } from '../../kit/events.ts'
import { edit, registered } from '../../kit/playbooks.ts'
import {
  analysis,
  begin,
  deliver,
  finish,
  readRun,
  release,
  removeRun,
  runs,
} from '../../kit/remediations.ts'
import { repair } from '../../kit/repair.ts'
import { startStage, TENANT } from '../../kit/stage.ts'

test.each([
  ['started', analysis('scale')],
  ['waiting', analysis('scale', 'web', { approval_required: true })],
])('one that is %s and comes again is answered the same, with one run', async (_, data) => {
  await using stage = await startStage()
  await registered(stage, 'scale')
  const { event, reply } = await begin(stage, 'a', data)

  expect(await deliver(stage, event)).toEqual(reply)
  expect(await runs(stage)).toHaveLength(1)
})

test('one that is queued and comes again is answered with the same id and stays queued', async () => {
  await using stage = await startStage()
  await registered(stage, 'scale')
  await begin(stage, 'a', analysis('scale'))
  const { event, reply } = await begin(stage, 'b', analysis('scale'))

  expect(await deliver(stage, event)).toEqual(reply)
  expect(await runs(stage)).toHaveLength(2)
})

test('one that was begun comes again after the playbook was suspended, and nothing changes', async () => {
  await using stage = await startStage()
  await registered(stage, 'scale')
  const { event } = await begin(stage, 'a', analysis('scale'))
  await edit(stage, 'scale', { suspended: true })

  expect(await deliver(stage, event)).toBeUndefined()
  expect(await runs(stage)).toHaveLength(1)
})

test.each([
  ['ended and was pruned', true],
  ['was deleted while it ran', false],
])('a run that %s is not made again by a late event', async (_, isFinished) => {
  await using stage = await startStage()
  await registered(stage, 'scale')
  const { event, run } = await begin(stage, 'a', analysis('scale'))
  if (isFinished) {
    await finish(stage, run)
    stage.clock.advance(60_000)
    await repair(stage)
  }
  await removeRun(stage, run)

  expect(await deliver(stage, event)).toBeUndefined()
  expect(await runs(stage)).toEqual([])
})

test('a run that was approved, ended and was pruned does not ask for its approval again', async () => {
  await using stage = await startStage()
  await registered(stage, 'scale', { approval: 'manual' })
  const { event, run } = await begin(stage, 'a', analysis('scale'))
  await deliver(stage, changed(await release(stage, run)))
  await deliver(stage, ended(await finish(stage, run)))
  await removeRun(stage, run)

  expect(await deliver(stage, event)).toBeUndefined()
  expect(await runs(stage)).toEqual([])
})

test('another run under its name is never taken for its own', async () => {
  await using stage = await startStage()
  await registered(stage, 'scale')
  const { event, run } = await begin(stage, 'a', analysis('scale'))
  const { spec, metadata } = await readRun(stage, run)
  await removeRun(stage, run)
  const { labels = {}, annotations = {} } = metadata
  const other = {
    name: run,
    namespace: TENANT,
    labels,
    annotations: { ...annotations, [ANNOTATION.specHash]: '0' },
  }
  await stage.kubernetes.create(pipelineRuns, {
    apiVersion: 'tekton.dev/v1',
    kind: 'PipelineRun',
    metadata: other,
    spec,
  } as never)

  await expect(deliver(stage, event)).rejects.toMatchObject({ kind: 'impossible' })
})
