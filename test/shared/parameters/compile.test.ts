// Sources of parameters become one JSON Schema, or a list of what is wrong with them.

import { describe, expect, test } from 'vitest'
import { cachedCompiler, compileParameters } from '../../../shared/parameters/compile.ts'
import { fromPipelineParams } from '../../../shared/parameters/from-list.ts'
import { compile } from './kit.ts'

function errorsOf(source: unknown): string[] {
  const compiled = compileParameters(source)
  return compiled.ok ? [] : compiled.errors.map(error => `${error.path} ${error.rule}`)
}

test('the older list, a RemediationWorkflow and the list alone mean the same', () => {
  const parameters = [
    {
      name: 'N',
      type: 'integer',
      required: true,
      default: '3',
      minimum: 1,
      enum: ['3', '4'],
      description: 'How many',
    },
    { name: 'F', type: 'float', required: true },
  ]
  const flat = [
    {
      name: 'N',
      type: 'integer',
      required: false,
      default: 3,
      minimum: 1,
      enum: [3, 4],
      description: 'How many',
    },
    { name: 'F', type: 'number', required: true },
  ]
  const workflow = { kind: 'RemediationWorkflow', spec: { parameters } }
  for (const source of [{ playbook_id: 'p', version: '1', parameters }, workflow, parameters])
    expect(compile(source).flat).toEqual(flat)
})

describe('what is no schema', () => {
  test.each([
    ['nothing', undefined, [' schema-missing']],
    ['an older dialect', { $schema: 'http://json-schema.org/draft-07/schema#' }, ['/$schema schema-dialect']],
    ['asynchronous', { $async: true }, ['/$async schema-async']],
    ['not an object', { type: 'array' }, ['/type schema-type']],
    [
      'a reference outside',
      { properties: { A: { $ref: 'https://example.com/a.json' } } },
      [' schema-uncompilable'],
    ],
    ['a broken pattern', { properties: { A: { pattern: '(' } } }, ['/properties/A pattern-unsupported']],
    [
      'an endless pattern',
      { properties: { A: { pattern: 'a'.repeat(1025) } } },
      ['/properties/A pattern-length'],
    ],
    ['a wrong keyword', { properties: { A: { minimum: 'x' } } }, ['/properties/A/minimum schema-invalid']],
    ['a name that Tekton refuses', { properties: { 'A B': {} } }, ['/properties/A B parameter-name']],
    [
      'an unsafe default',
      { properties: { A: { default: '$(x)' } } },
      ['/properties/A/default default-unsafe'],
    ],
    ['too large', { description: 'x'.repeat(300_000) }, [' schema-size']],
    [
      'a list without names',
      { parameters: [{}, { name: 'A', type: 'map' }, { name: 'A' }] },
      [
        '/parameters/0 parameter-list',
        '/parameters/1/type parameter-list',
        '/parameters/2/name parameter-list',
      ],
    ],
  ])('%s', (_, source, errors) => {
    expect(errorsOf(source)).toEqual(errors)
  })
})

test('the cache keeps the most recently used', () => {
  const compileCached = cachedCompiler(2)
  const [a, b, c] = ['A', 'B', 'C'].map(name => ({ parameters: [{ name }] }))
  const first = compileCached(a)
  compileCached(b)
  expect(compileCached(structuredClone(a))).toBe(first)
  const second = compileCached(b)
  compileCached(a)
  compileCached(c)
  expect(compileCached(a)).toBe(first)
  expect(compileCached(b)).not.toBe(second)
})

test('a bundle without schema has what its Pipeline declares', () => {
  const { flat } = compile(
    fromPipelineParams([
      { name: 'A', type: 'array', hasDefault: false },
      { name: 'B', type: 'string', hasDefault: true },
    ]),
  )
  expect(flat).toEqual([
    { name: 'A', type: 'array', required: true },
    { name: 'B', type: 'string', required: false },
  ])
})
