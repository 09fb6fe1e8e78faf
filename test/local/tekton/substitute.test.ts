// What `$(…)` becomes: tables over the notations that Tekton knows.

import { expect, test } from 'vitest'
import type { ParamValue } from '../../../local/tekton/pipeline.ts'
import {
  paramVariables,
  substitute,
  substituteParams,
  substituteText,
  variablesIn,
} from '../../../local/tekton/substitute.ts'

const VARIABLES = new Map<string, ParamValue>([
  ['params.name', 'web'],
  ['params.dotted.name', 'dots'],
  ['params.list', ['a', 'b']],
  ['params.object', { key: 'value' }],
  ['params.nested', '$(params.name)'],
  ['context.pipelineRun.name', 'run-1'],
])

test.each([
  ['$(params.name)', 'web'],
  ['$(params["name"])', 'web'],
  ["$(params['name'])", 'web'],
  ['$(params["dotted.name"])', 'dots'],
  ['a-$(params.name)-$(params.name)', 'a-web-web'],
  ['$(params.list[1])', 'b'],
  ['$(params["list"][0])', 'a'],
  ['$(params.object.key)', 'value'],
  ['$(context.pipelineRun.name)', 'run-1'],
  // Left for the shell, for later, or for nobody.
  ['$(params.unknown)', '$(params.unknown)'],
  ['$(params.list[7])', '$(params.list[7])'],
  ['$(date +%s)', '$(date +%s)'],
  ['$NAME', '$NAME'],
  // A value is not looked into again.
  ['$(params.nested)', '$(params.name)'],
])('%s becomes %s', (text, expected) => {
  expect(substituteText(text, VARIABLES)).toBe(expected)
})

test('an element that is a whole list becomes its elements', () => {
  const step = { args: ['first', '$(params.list[*])', 'x$(params.name)'], env: [{ value: '$(params.name)' }] }
  expect(substitute(step, VARIABLES)).toEqual({
    args: ['first', 'a', 'b', 'xweb'],
    env: [{ value: 'web' }],
  })
})

test('a parameter may be given a whole list or object', () => {
  const params = [
    { name: 'l', value: '$(params.list[*])' },
    { name: 'o', value: '$(params["object"][*])' },
    { name: 's', value: '$(params.name)[*]' },
  ]
  expect(substituteParams(params, VARIABLES).map(({ value }) => value)).toEqual([
    ['a', 'b'],
    { key: 'value' },
    'web[*]',
  ])
})

test('defaults may refer to other parameters, in any order', () => {
  const variables = paramVariables(
    [
      { name: 'image', default: '$(params.registry)/$(params.repo)' },
      { name: 'registry', default: 'registry.example.com' },
      { name: 'repo' },
    ],
    [{ name: 'repo', value: 'web' }],
  )
  expect(variables.get('params.image')).toBe('registry.example.com/web')
})

test('defaults that refer to each other stay unset instead of turning forever', () => {
  const variables = paramVariables(
    [
      { name: 'a', default: '$(params.b)' },
      { name: 'b', default: '$(params.a)' },
    ],
    [],
  )
  expect([...variables.keys()]).toEqual([])
})

test('the variables of a document are found at any depth', () => {
  const document = { a: ['$(params["x"])', { b: '$(tasks.t.results.r)' }], c: 3, d: null }
  expect(variablesIn(document)).toEqual(['params.x', 'tasks.t.results.r'])
})
