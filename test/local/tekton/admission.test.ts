// What Tekton's webhook and its strict decoder refuse of a fetched Pipeline.

import { expect, test } from 'vitest'
import { refusePipeline } from '../../../local/tekton/admission.ts'
import { decodePipeline, InvalidPipeline, pipelineSpecDefaults } from '../../../local/tekton/decode.ts'
import type { PipelineSpec, PipelineTask } from '../../../local/tekton/pipeline.ts'

const STEP = { name: 's', image: 'registry.example.com/kubectl:1' }
const TASK: PipelineTask = { name: 'a', taskSpec: { steps: [STEP] } }

test.each<[string, PipelineSpec, string | undefined]>([
  ['a good one', { tasks: [TASK], params: [{ name: 'P' }] }, undefined],
  ['no tasks', {}, 'missing field(s): spec.tasks'],
  [
    'a task of nothing',
    { tasks: [{ name: 'a' }] },
    'expected exactly one, got neither: spec.tasks[0].taskRef, spec.tasks[0].taskSpec',
  ],
  [
    'a task of both',
    { tasks: [{ ...TASK, taskRef: { name: 'x' } }] },
    'expected exactly one, got multiple: spec.tasks[0].taskRef, spec.tasks[0].taskSpec',
  ],
  ['a bad name', { tasks: [{ ...TASK, name: 'A_b' }] }, 'invalid value "A_b": spec.tasks[0].name'],
  ['no steps', { tasks: [{ name: 'a', taskSpec: {} }] }, 'missing field(s): spec.tasks[0].taskSpec.steps'],
  [
    'a step without an image',
    { tasks: [{ name: 'a', taskSpec: { steps: [{ name: 's' }] } }] },
    'missing field(s): spec.tasks[0].taskSpec.steps[0].Image',
  ],
  [
    'an undeclared parameter in a step',
    { tasks: [{ name: 'a', taskSpec: { steps: [{ ...STEP, args: ['-n', '$(params.GONE)'] }] } }] },
    'non-existent variable in "$(params.GONE)": spec.tasks[0].steps[0].args[1]',
  ],
  [
    'an undeclared parameter passed on, in finally',
    { tasks: [TASK], finally: [{ ...TASK, name: 'z', params: [{ name: 'p', value: '$(params.GONE)' }] }] },
    'non-existent variable in "$(params.GONE)": spec.finally[0].params[p].value',
  ],
  [
    'a default of another type',
    { tasks: [TASK], params: [{ name: 'P', type: 'array', default: 'x' }] },
    `"array" type does not match default value's type: "string": spec.params.P.type, spec.params.P.default.type`,
  ],
  [
    'a circle',
    { tasks: [{ ...TASK, runAfter: ['a'] }] },
    'invalid value: cycle detected; task "a" depends on "a": spec.tasks',
  ],
])('the webhook on %s', (_, spec, fault) => {
  const refusal = refusePipeline(spec)
  if (fault === undefined) expect(refusal).toBeUndefined()
  else expect(refusal).toContain(`denied the request: validation failed: ${fault}`)
})

test.each([
  [
    '{"apiVersion":"tekton.dev/v1","kind":"Task"}',
    'failed to read runtime object as Pipeline: resource is not a pipeline',
  ],
  [
    '{"apiVersion":"tekton.dev/v1","kind":"Pipeline","spec":{"task":[]}}',
    'invalid runtime object: strict decoding error: unknown field "spec.task"',
  ],
  [
    '{"apiVersion":"tekton.dev/v1","kind":"Pipeline","spec":{"tasks":[{"runafter":[]}]}}',
    'invalid runtime object: strict decoding error: unknown field "spec.tasks[0].runafter"',
  ],
])('what was fetched: %s', (text, message) => {
  expect(() => decodePipeline(text)).toThrow(new InvalidPipeline(message))
})

test('YAML and v1beta1 are read, and defaults are filled in', () => {
  const text = `
apiVersion: tekton.dev/v1beta1
kind: Pipeline
metadata: {name: scale}
spec:
  params: [{name: P}, {name: L, default: [a]}]
  tasks: [{name: a, taskSpec: {steps: [{image: i, resources: {}}]}}, {name: b, taskRef: {name: t}}]`
  const { apiVersion, spec } = decodePipeline(text)
  expect(apiVersion).toBe('tekton.dev/v1')
  expect(pipelineSpecDefaults(spec)).toEqual({
    params: [
      { name: 'P', type: 'string' },
      { name: 'L', type: 'array', default: ['a'] },
    ],
    tasks: [
      { name: 'a', taskSpec: { steps: [{ image: 'i', computeResources: {} }] } },
      { name: 'b', taskRef: { name: 't', kind: 'Task' } },
    ],
  })
})
