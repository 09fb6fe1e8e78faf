// How a PipelineRun ends from outside: out of time, cancelled, deleted.

import assert from 'node:assert/strict'
import { pipelineRuns } from '../../shared/kubernetes/resources.ts'
import type { Stage, TektonScenario } from './tekton.world.ts'
import { until } from './until.ts'

/** A run that would take a while, so that something can happen to it. */
function slow({ image }: Stage): { tasks: { name: string; taskSpec: object }[] } {
  return { tasks: [{ name: 'slow', taskSpec: { steps: [{ name: 'step', image, script: 'sleep 600' }] } }] }
}

/** What is told of a task that was stopped; a slow pod may never have come as far as running. */
const CANCELLED = ['queued', 'unknown Pending', 'running Running', 'failed TaskRunCancelled']

export const ENDING_SCENARIOS: readonly TektonScenario[] = [
  {
    name: 'a run that takes too long is stopped with its tasks',
    run: async stage => {
      await stage.create({ pipelineSpec: slow(stage), timeouts: { pipeline: '1s' } })
      const { status } = await stage.finished()
      const message = `PipelineRun "${stage.name}" failed to finish within "1s"`
      assert.deepEqual(
        [status?.conditions?.[0]?.reason, status?.conditions?.[0]?.message],
        ['PipelineRunTimeout', message],
      )
      assert.equal((await stage.taskRuns())[0]?.spec.status, 'TaskRunCancelled')
      await stage.tells('pipelinerun', ['queued', 'running Running', 'failed PipelineRunTimeout'])
      await stage.tells('taskrun', CANCELLED)
    },
  },
  {
    name: 'a cancelled run ends at once, and so do its tasks',
    run: async stage => {
      await stage.create({ pipelineSpec: slow(stage) })
      await stage.reaches('Running')
      await stage.patch({ status: 'Cancelled' })
      const { status } = await stage.finished()
      const message = `PipelineRun "${stage.name}" was cancelled`
      assert.deepEqual(
        [status?.conditions?.[0]?.reason, status?.conditions?.[0]?.message],
        ['Cancelled', message],
      )
      const ended = async () =>
        (await stage.taskRuns()).find(({ status }) => status?.completionTime !== undefined)
      const taskRun = await until('the task to end', ended, stage.patienceMs)
      assert.equal(taskRun.status?.conditions?.[0]?.reason, 'TaskRunCancelled')
      await stage.tells('pipelinerun', ['queued', 'running Running', 'failed Cancelled'])
      await stage.tells('taskrun', CANCELLED)
    },
  },
  {
    name: 'a pending run that is cancelled has started and ended',
    run: async stage => {
      await stage.create({ pipelineSpec: slow(stage), status: 'PipelineRunPending' })
      await stage.reaches('PipelineRunPending')
      await stage.patch({ status: 'Cancelled' })
      const { status } = await stage.reaches('Cancelled')
      assert.notEqual(status?.startTime, undefined)
      assert.notEqual(status?.completionTime, undefined)
      assert.deepEqual(await stage.taskRuns(), [])
      await stage.tells('pipelinerun', ['queued', 'unknown PipelineRunPending', 'failed Cancelled'])
    },
  },
  {
    name: 'a run deleted while it runs sends no last word',
    run: async stage => {
      await stage.create({ pipelineSpec: slow(stage) })
      await stage.reaches('Running')
      const before = ['queued', 'running Running']
      await stage.tells('pipelinerun', before)
      await stage.kubernetes.remove(pipelineRuns, { namespace: stage.namespace, name: stage.name })
      const gone = async () => (await stage.read()) === undefined || undefined
      await until('it to be gone', gone, stage.patienceMs)
      await stage.tells('pipelinerun', before)
    },
  },
]
