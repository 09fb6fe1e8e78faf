// What a run is refused for before anything starts, in Tekton's reasons and sentences.

import { expect, test } from 'vitest'
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
