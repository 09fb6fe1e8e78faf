// What a run is refused for before anything starts, in Tekton's reasons and sentences.

import { expect, test } from 'vitest'
import { refusePipeline } from '../../../local/tekton/admission.ts'
import { decodePipeline, InvalidPipeline, pipelineSpecDefaults } from '../../../local/tekton/decode.ts'
import type { Param, PipelineSpec, PipelineTask, TaskSpec } from '../../../local/tekton/pipeline.ts'
import { checkGraph, checkParams, checkTasks } from '../../../local/tekton/validate.ts'

const SUBJECT = { namespace: 'ns', run: 'run', pipeline: 'scale' }
const STEP = { name: 's', image: 'registry.example.com/kubectl:1' }
const TASK: PipelineTask = { name: 'a', taskSpec: { steps: [STEP] } }

const SPEC: PipelineSpec = {
  tasks: [TASK],
  params: [
    { name: 'TARGET' },
    { name: 'REPLICAS', type: 'string', default: '1' },
    { name: 'NODES', type: 'array', default: [] },
    { name: 'OPTIONS', type: 'object', properties: { a: {}, b: {} }, default: { a: '1' } },
  ],
}
const TARGET: Param = { name: 'TARGET', value: 'web' }
const OPTIONS: Param = { name: 'OPTIONS', value: { b: '2' } }

test.each<[string, Param[], string | undefined]>([
  ['all given', [TARGET, OPTIONS], undefined],
  ['more than declared', [TARGET, OPTIONS, { name: 'EXTRA', value: 'x' }], undefined],
  [
    'one missing',
    [OPTIONS],
    'ParameterMissing: [User error] PipelineRun ns/run is missing some parameters required by Pipeline ns/scale: pipelineRun missing parameters: [TARGET]',
  ],
  [
    'two of the wrong type',
    [
      { name: 'TARGET', value: ['web'] },
      { name: 'NODES', value: 'n1' },
    ],
    "ParameterTypeMismatch: [User error] PipelineRun ns/run parameters have mismatching types with Pipeline ns/scale's parameters: parameters have inconsistent types : [TARGET NODES]",
  ],
  [
    'a key missing',
    [TARGET, { name: 'OPTIONS', value: { c: '3' } }],
    "ObjectParameterMissKeys: [User error] PipelineRun ns/run parameters is missing object keys required by Pipeline ns/scale's parameters: pipelineRun missing object keys for parameters: map[OPTIONS:[b]]",
  ],
])('parameters: %s', (_, params, expected) => {
  const refusal = checkParams(SUBJECT, SPEC, params)
  expect(refusal && `${refusal.reason}: ${refusal.message}`).toBe(expected)
})

test('an order that cannot be', () => {
  const refusal = checkGraph(SUBJECT, { tasks: [{ ...TASK, runAfter: ['gone'] }] })
  expect(refusal?.reason).toBe('PipelineInvalidGraph')
  expect(refusal?.message).toContain("PipelineRun ns/run's Pipeline DAG is invalid: couldn't add link")
})

const DECLARING: TaskSpec = {
  params: [{ name: 'A' }, { name: 'B', type: 'array' }, { name: 'C', default: 'c' }],
  results: [{ name: 'r' }],
}

test.each<[string, PipelineTask, string | undefined]>([
  [
    'passed on',
    {
      name: 'a',
      params: [
        { name: 'A', value: '1' },
        { name: 'B', value: [] },
      ],
    },
    undefined,
  ],
  [
    'a list from a result, not known yet',
    {
      name: 'a',
      params: [
        { name: 'A', value: '1' },
        { name: 'B', value: '$(tasks.a.results.r[*])' },
      ],
    },
    undefined,
  ],
  [
    'declared, neither passed nor defaulted, as in the original sample',
    { name: 'a' },
    'PipelineValidationFailed: [User error] Validation failed for pipelinerun run with error invalid input params for task : missing values for these params which have no default values: [A B]',
  ],
  [
    'of another type',
    {
      name: 'a',
      taskRef: { name: 'named' },
      params: [
        { name: 'A', value: [] },
        { name: 'B', value: [] },
      ],
    },
    "PipelineValidationFailed: [User error] Validation failed for pipelinerun run with error invalid input params for task named: param types don't match the user-specified type: [A]",
  ],
])('a task with parameters %s', (_, task, expected) => {
  const refusal = checkTasks('run', [task], new Map([['a', DECLARING]]))
  expect(refusal && `${refusal.reason}: ${refusal.message}`).toBe(expected)
})

test.each([
  ['$(tasks.a.results.other)', '"other" is not a named result returned by pipeline task "a"'],
  ['$(tasks.gone.results.r)', 'referenced pipeline task "gone" does not exist'],
])('a reference to %s', (value, cause) => {
  const tasks = [{ name: 'a' }, { name: 'b', params: [{ name: 'p', value }] }]
  const specs = new Map<string, TaskSpec>([
    ['a', { results: [{ name: 'r' }] }],
    ['b', {}],
  ])
  expect(checkTasks('run', tasks, specs)).toEqual({
    reason: 'InvalidTaskResultReference',
    message: `invalid result reference in pipeline task "b": ${cause}`,
  })
})

test.each<[string, PipelineSpec, string | undefined]>([
  ['a good one', SPEC, undefined],
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
