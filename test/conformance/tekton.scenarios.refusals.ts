// What every Tekton must refuse, with the reason and the words that people and our own code look for.

import assert from 'node:assert/strict'
import type { PipelineSpec } from '../../local/tekton/pipeline.ts'
import { fromBundle, pipeline } from './tekton.bundles.ts'
import type { Stage, TektonScenario } from './tekton.world.ts'

function specOf({ image }: Stage, more: Partial<PipelineSpec> = {}): PipelineSpec {
  return { tasks: [{ name: 'a', taskSpec: { steps: [{ name: 's', image, script: 'true' }] } }], ...more }
}

/** The run fails for good without a TaskRun, and says why. */
async function refused(stage: Stage, reason: string, ...parts: readonly string[]): Promise<void> {
  const { status, spec } = await stage.finished()
  const remote = spec.pipelineRef?.resolver !== undefined
  assert.equal(status?.conditions?.[0]?.reason, reason)
  for (const part of parts)
    assert.ok(status?.conditions?.[0]?.message?.includes(part), status?.conditions?.[0]?.message)
  assert.notEqual(status?.completionTime, undefined)
  assert.deepEqual(await stage.taskRuns(), [])
  const resolving = remote ? ['unknown ResolvingPipelineRef'] : []
  await stage.tells('pipelinerun', ['queued', ...resolving, `failed ${reason}`])
}

function unresolved(stage: Stage): string {
  const { namespace, name } = stage
  return (
    `Error retrieving pipeline for pipelinerun ${namespace}/${name}: resolver failed to get Pipeline : ` +
    `error requesting remote resource: error getting "bundleresolver" "${namespace}/bundles-`
  )
}

export const REFUSAL_SCENARIOS: readonly TektonScenario[] = [
  {
    name: 'parameters that are missing',
    run: async stage => {
      const params = [{ name: 'A' }, { name: 'B' }, { name: 'C', default: 'c' }]
      const bundle = await stage.publish([pipeline('p', specOf(stage, { params }))])
      await stage.create({ ...fromBundle(bundle, 'p'), params: [{ name: 'B', value: '1' }] })
      const run = `${stage.namespace}/${stage.name}`
      const message = `PipelineRun ${run} is missing some parameters required by Pipeline ${stage.namespace}/p: pipelineRun missing parameters: [A]`
      await refused(stage, 'ParameterMissing', message)
    },
  },
  {
    name: 'a parameter of another type',
    run: async stage => {
      const bundle = await stage.publish([pipeline('p', specOf(stage, { params: [{ name: 'A' }] }))])
      await stage.create({ ...fromBundle(bundle, 'p'), params: [{ name: 'A', value: ['1'] }] })
      await refused(stage, 'ParameterTypeMismatch', 'parameters have inconsistent types : [A]')
    },
  },
  {
    name: "a task's own parameters that nobody passes, as in the design's sample",
    run: async stage => {
      const steps = [{ name: 's', image: stage.image, script: 'true' }]
      const spec: PipelineSpec = {
        params: [{ name: 'A' }],
        tasks: [{ name: 'a', taskSpec: { params: [{ name: 'A' }], steps } }],
      }
      const bundle = await stage.publish([pipeline('p', spec)])
      await stage.create({ ...fromBundle(bundle, 'p'), params: [{ name: 'A', value: '1' }] })
      const message = 'missing values for these params which have no default values: [A]'
      await refused(stage, 'PipelineValidationFailed', 'invalid input params for task', message)
    },
  },
  {
    name: 'a Pipeline that the webhook refuses',
    run: async stage => {
      const last = [{ name: 'z', taskRef: { name: 'x' }, params: [{ name: 'p', value: '$(params.GONE)' }] }]
      const bundle = await stage.publish([pipeline('p', specOf(stage, { finally: last }))])
      await stage.create(fromBundle(bundle, 'p'))
      const message = `Failed dryRunValidation for PipelineRun ${stage.name}`
      await refused(stage, 'PipelineValidationFailed', message, 'non-existent variable in "$(params.GONE)"')
    },
  },
  {
    name: 'a bundle that is not there',
    run: async stage => {
      await stage.create(fromBundle(stage.missing(), 'p'))
      await refused(stage, 'CouldntGetPipeline', unresolved(stage), 'cannot retrieve the oci image: ')
    },
  },
  {
    name: 'a Pipeline that is not in its bundle',
    run: async stage => {
      const bundle = await stage.publish([pipeline('p', specOf(stage))])
      await stage.create(fromBundle(bundle, 'other'))
      const message = 'could not find object in image with kind: Pipeline and name: other'
      await refused(stage, 'CouldntGetPipeline', unresolved(stage), message)
    },
  },
  {
    name: 'a bundle with a layer that nobody annotated',
    run: async stage => {
      const bundle = await stage.publish([pipeline('p', specOf(stage))], { spoil: true })
      await stage.create(fromBundle(bundle, 'p'))
      const message = 'the layer 1 does not contain a dev.tekton.image.apiVersion annotation'
      await refused(stage, 'CouldntGetPipeline', unresolved(stage), message)
    },
  },
  {
    name: 'a Pipeline that is not in the namespace',
    run: async stage => {
      await stage.create({ pipelineRef: { name: 'gone' } })
      await refused(stage, 'CouldntGetPipeline', 'pipelines.tekton.dev "gone" not found')
    },
  },
]
