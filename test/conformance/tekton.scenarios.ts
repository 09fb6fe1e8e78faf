// What every Tekton must do with a PipelineRun, as a table of scenarios that runs against the stand-in and a real one.

import assert from 'node:assert/strict'
import { succeeded } from '../../local/tekton/status.ts'
import { fromBundle, pipeline } from './tekton.bundles.ts'
import { ENDING_SCENARIOS } from './tekton.scenarios.endings.ts'
import { REFUSAL_SCENARIOS } from './tekton.scenarios.refusals.ts'
import type { Stage, TektonScenario } from './tekton.world.ts'

const SCALE = 'oomkill-scale-down'

/** The design's sample Pipeline, without the parameters that nobody passes to its task. */
function scale({ image }: Stage): string {
  const env = [
    { name: 'TARGET', value: '$(params.TARGET)' },
    { name: 'RUN', value: '$(context.pipelineRun.name)' },
  ]
  const steps = [{ name: 'run-remediation', image, script: 'echo $TARGET', env }]
  const metadata = { labels: { team: 'sre' }, annotations: { 'playbook.kubernaut.io/version': '1.0.0' } }
  return pipeline(
    SCALE,
    { params: [{ name: 'TARGET' }], tasks: [{ name: 'execute-playbook', taskSpec: { steps } }] },
    metadata,
  )
}

function command(image: string, script: string): { name: string; image: string; script: string }[] {
  return [{ name: 'step', image, script }]
}

const RESOLVING = ['queued', 'unknown ResolvingPipelineRef']
const PLAYING = ['queued', 'unknown Pending', 'running Running']
const TARGET = [{ name: 'TARGET', value: 'web' }]

const stories: readonly TektonScenario[] = [
  {
    name: 'a Pipeline from a bundle succeeds, and says where it came from',
    run: async stage => {
      const bundle = await stage.publish([scale(stage)])
      await stage.create({ ...fromBundle(bundle, SCALE), params: TARGET }, { mine: 'kept' })
      const { status, metadata } = await stage.finished()
      assert.deepEqual(
        { ...succeeded({ status: { ...status } }), lastTransitionTime: '' },
        {
          type: 'Succeeded',
          status: 'True',
          reason: 'Succeeded',
          message: 'Tasks Completed: 1 (Failed: 0, Cancelled 0), Skipped: 0',
          lastTransitionTime: '',
        },
      )
      assert.equal(metadata.labels?.['tekton.dev/pipeline'], SCALE)
      assert.equal(metadata.labels?.team, 'sre')
      assert.equal(metadata.annotations?.mine, 'kept')
      assert.equal(metadata.annotations?.['playbook.kubernaut.io/version'], '1.0.0')
      assert.equal(status?.provenance?.refSource?.entryPoint, SCALE)
      assert.match(status?.provenance?.refSource?.digest.sha256 ?? '', /^[0-9a-f]{64}$/)
      const [request] = await stage.requests()
      assert.equal(succeeded(request ?? {})?.status, 'True')
      const [taskRun] = await stage.taskRuns()
      const [step] = taskRun?.spec.taskSpec?.steps ?? []
      assert.deepEqual((step as { env?: unknown } | undefined)?.env, [
        { name: 'TARGET', value: 'web' },
        { name: 'RUN', value: stage.name },
      ])
      assert.equal(taskRun?.metadata.name, `${stage.name}-execute-playbook`)
      assert.equal(taskRun?.metadata.labels?.['tekton.dev/memberOf'], 'tasks')
      assert.equal(taskRun?.status?.steps?.[0]?.terminated?.exitCode, 0)
      await stage.tells('pipelinerun', [...RESOLVING, 'running Running', 'successful Succeeded'])
      await stage.tells('taskrun', [...PLAYING, 'successful Succeeded'])
    },
  },
  {
    name: 'a second task waits for the first and gets its result',
    run: async stage => {
      const write = command(stage.image, 'printf hello > $(results.word.path)')
      const first = { name: 'first', taskSpec: { steps: write, results: [{ name: 'word' }] } }
      const read = { params: [{ name: 'word' }], steps: command(stage.image, 'echo $(params.word)') }
      const params = [{ name: 'word', value: '$(tasks.first.results.word)' }]
      const second = { name: 'second', taskSpec: read, params, runAfter: ['first'] }
      const results = [{ name: 'said', value: '$(tasks.first.results.word)' }]
      await stage.create({ pipelineSpec: { tasks: [second, first], results } })
      const { status } = await stage.finished()
      assert.equal(status?.conditions?.[0]?.reason, 'Succeeded')
      assert.deepEqual(
        status?.results?.map(({ name, value }) => [name, value]),
        [['said', 'hello']],
      )
      await stage.tells('pipelinerun', ['queued', 'running Running', 'successful Succeeded'])
      const children = await stage.taskRuns()
      const last = children.find(({ metadata }) => metadata.name.endsWith('-second'))
      assert.equal(last?.status?.taskSpec?.steps?.[0]?.script, 'echo hello')
    },
  },
  {
    name: 'a failing step fails its task and the run, the next is skipped, finally still runs',
    run: async stage => {
      const tasks = [
        { name: 'fails', taskSpec: { steps: command(stage.image, 'exit 3') } },
        { name: 'never', taskSpec: { steps: command(stage.image, 'true') }, runAfter: ['fails'] },
      ]
      const last = [{ name: 'cleanup', taskSpec: { steps: command(stage.image, 'true') } }]
      await stage.create({ pipelineSpec: { tasks, finally: last } })
      const { status } = await stage.finished()
      const message = 'Tasks Completed: 2 (Failed: 1, Cancelled 0), Skipped: 1'
      assert.deepEqual(
        [status?.conditions?.[0]?.reason, status?.conditions?.[0]?.message],
        ['Failed', message],
      )
      assert.deepEqual(status?.skippedTasks, [{ name: 'never', reason: 'PipelineRun was stopping' }])
      const failed = (await stage.taskRuns()).find(({ metadata }) => metadata.name.endsWith('-fails'))
      assert.equal(failed?.status?.conditions?.[0]?.message, '"step-step" exited with code 3: Error')
      assert.equal(failed?.status?.steps?.[0]?.terminated?.exitCode, 3)
      await stage.tells('pipelinerun', ['queued', 'running Running', 'failed Failed'])
      await stage.tells('taskrun', [...PLAYING, 'failed StepFailed', 'successful Succeeded'])
    },
  },
  {
    name: 'a pending run does nothing until it is released',
    run: async stage => {
      const bundle = await stage.publish([scale(stage)])
      const spec = { ...fromBundle(bundle, SCALE), params: TARGET, timeouts: { pipeline: '10m' } }
      await stage.create({ ...spec, status: 'PipelineRunPending' })
      const { status } = await stage.reaches('PipelineRunPending')
      assert.equal(status?.conditions?.[0]?.message, `PipelineRun "${stage.name}" is pending`)
      assert.equal(status?.startTime, undefined)
      assert.deepEqual(await stage.requests(), [])
      await stage.patch({ status: null })
      assert.equal((await stage.finished()).status?.conditions?.[0]?.reason, 'Succeeded')
      const released = [...RESOLVING, 'running Running', 'successful Succeeded']
      await stage.tells('pipelinerun', ['unknown PipelineRunPending', ...released])
    },
  },
]

export const TEKTON_SCENARIOS: readonly TektonScenario[] = [
  ...stories,
  ...ENDING_SCENARIOS,
  ...REFUSAL_SCENARIOS,
]
