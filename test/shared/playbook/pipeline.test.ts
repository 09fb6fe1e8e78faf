// What registration reads of a Pipeline, and what it refuses to read.

import { describe, expect, test } from 'vitest'
import { paramsOf, readPipeline, versionAnnotation } from '../../../shared/playbook/pipeline.ts'

type Fields = Record<string, unknown>

function object(spec: unknown, fields: Fields = {}): Fields {
  return { apiVersion: 'tekton.dev/v1', kind: 'Pipeline', metadata: { name: 'scale' }, spec, ...fields }
}

const task = { name: 'run', taskSpec: { steps: [{ name: 's', image: 'busybox', script: 'true' }] } }
const whole = object({
  params: [{ name: 'A' }],
  tasks: [
    { ...task, params: [{ name: 'A', value: 'x' }], matrix: { params: [{ name: 'B', value: ['y'] }] } },
  ],
  finally: [{ name: 'last', taskRef: { name: 'cleanup' } }],
})

test.each(['tekton.dev/v1', 'tekton.dev/v1beta1'])('a Pipeline of %s is read as it is', apiVersion => {
  const pipeline = { ...whole, apiVersion }
  expect(readPipeline(pipeline)).toBe(pipeline)
})

describe('is no Pipeline', () => {
  const notList = (what: string) => `${what} must be a list of objects with a name`
  test.each<[string, Fields, string]>([
    [
      'in another API',
      { ...whole, apiVersion: 'v1' },
      'its apiVersion is "v1", but Tekton serves tekton.dev/v1',
    ],
    ['without an API', { kind: 'Pipeline' }, 'its apiVersion is undefined, but Tekton serves tekton.dev/v1'],
    ['a Task', { ...whole, kind: 'Task' }, 'its kind is "Task", not Pipeline'],
    ['without metadata', { ...whole, metadata: null }, 'it has no metadata.name'],
    ['without a name', { ...whole, metadata: {} }, 'it has no metadata.name'],
    [
      'with a version that YAML took for a number',
      object(whole.spec, {
        metadata: { name: 'scale', annotations: { 'playbook.kubernaut.io/version': 1.0 } },
      }),
      'its annotations must be text: quote them, such as "1.2.3"',
    ],
    ['without a spec', object(undefined), 'it has no spec'],
    ['without tasks', object({}), 'it has no spec.tasks'],
    ['with an empty list of tasks', object({ tasks: [] }), 'it has no spec.tasks'],
    ['with params as an object', object({ tasks: [task], params: { A: 'x' } }), notList('its spec.params')],
    ['with a param without a name', object({ tasks: [task], params: [{}] }), notList('its spec.params')],
    ['with a task without a name', object({ tasks: [task, {}] }), 'each of its tasks must have a name'],
    [
      'with a finally that is one task',
      object({ tasks: [task], finally: task }),
      'its spec.finally must be a list of tasks with a name',
    ],
    [
      "with a task's params as an object",
      object({ tasks: [{ ...task, params: { A: 'x' } }] }),
      notList('the params of its task run'),
    ],
    [
      'with a matrix without lists',
      object({ tasks: [{ ...task, matrix: { params: { A: 'x' } } }] }),
      'the matrix of its task run must hold lists of objects with a name',
    ],
    [
      'with a matrix that includes nameless params',
      object({ tasks: [{ ...task, matrix: { include: [{ params: [{}] }] } }] }),
      'the matrix of its task run must hold lists of objects with a name',
    ],
    [
      'with a taskSpec that is a list',
      object({ tasks: [{ name: 'run', taskSpec: [] }] }),
      'the taskSpec of its task run must be an object',
    ],
    [
      'with nameless taskSpec.params',
      object({ tasks: [{ name: 'run', taskSpec: { params: ['A'] } }] }),
      notList('the taskSpec.params of its task run'),
    ],
    [
      'with a script that is no text, last',
      object({ tasks: [task], finally: [{ name: 'last', taskSpec: { steps: [{ script: 7 }] } }] }),
      'the taskSpec.steps of its task last must be a list of objects whose image and script are text',
    ],
  ])('%s', (_, pipeline, why) => {
    expect(readPipeline(pipeline)).toBe(why)
  })
})

function read(spec: Fields, metadata: Fields = {}) {
  const pipeline = readPipeline(
    object({ tasks: [task], ...spec }, { metadata: { name: 'scale', ...metadata } }),
  )
  if (typeof pipeline === 'string') throw new Error(pipeline)
  return pipeline
}

test.each<[string, Fields, Fields]>([
  ['nothing: a string that must be given', {}, { type: 'string', hasDefault: false }],
  ['its own type', { type: 'array' }, { type: 'array', hasDefault: false }],
  ['an object', { type: 'object', properties: { a: {} } }, { type: 'object', hasDefault: false }],
  ['properties only: an object', { properties: { a: {} } }, { type: 'object', hasDefault: false }],
  ['a text by default', { default: 'x' }, { type: 'string', hasDefault: true, default: 'x' }],
  ['an empty text by default', { default: '' }, { type: 'string', hasDefault: true, default: '' }],
  ['a list by default', { default: ['x'] }, { type: 'array', hasDefault: true, default: ['x'] }],
  [
    'an object by default',
    { default: { a: 'x' } },
    { type: 'object', hasDefault: true, default: { a: 'x' } },
  ],
  ['a default of null, which is none', { default: null }, { type: 'string', hasDefault: false }],
  [
    'a type that its default contradicts: the type',
    { type: 'string', default: ['x'] },
    { type: 'string', hasDefault: true, default: ['x'] },
  ],
])('a param is typed by %s', (_, declared, expected) => {
  expect(paramsOf(read({ params: [{ name: 'P', ...declared }] }))).toEqual([{ name: 'P', ...expected }])
})

test('a Pipeline may have no params and no version', () => {
  expect(paramsOf(read({}))).toEqual([])
  expect(versionAnnotation(read({}))).toBeUndefined()
})

test('the version is an annotation of the Pipeline', () => {
  const annotations = { 'playbook.kubernaut.io/version': '1.2.3' }
  expect(versionAnnotation(read({}, { annotations }))).toBe('1.2.3')
})
