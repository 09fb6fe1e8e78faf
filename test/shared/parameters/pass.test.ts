// What reaches Tekton: text, lists and maps, and no param left empty.

import { describe, expect, test } from 'vitest'
import type { PipelineParam } from '../../../shared/playbook/playbook.ts'
import { judge, rulesOf } from './kit.ts'

describe('what the Pipeline declares', () => {
  const source = {
    properties: {
      LIST: { type: 'array', items: { type: 'integer' } },
      MAP: { type: 'object' },
      TEXT: { type: 'string' },
    },
  }
  const declare = (type: PipelineParam['type'], ...names: string[]): PipelineParam[] =>
    names.map(name => ({ name, type, hasDefault: true }))

  test('gets lists and maps of text, or their JSON', () => {
    const given = { LIST: '["1", 2]', MAP: { a: 1, b: { c: true } } }
    const declared = [...declare('array', 'LIST'), ...declare('object', 'MAP')]
    expect(judge(source, given, { declared })).toMatchObject({
      values: { LIST: ['1', '2'], MAP: { a: '1', b: '{"c":true}' } },
    })
    expect(judge(source, given)).toMatchObject({
      values: { LIST: '[1,2]', MAP: '{"a":1,"b":{"c":true}}' },
      coerced: [{ name: 'LIST' }, { name: 'LIST/0' }],
    })
  })

  test('must be able to take the value, and must be given what it has no default for', () => {
    expect(rulesOf(judge(source, { TEXT: 'x' }, { declared: declare('array', 'TEXT') }))).toEqual([
      '/TEXT pipeline',
    ])
    expect(rulesOf(judge(source, { TEXT: 'x' }, { declared: [] }))).toEqual(['/TEXT pipeline'])
    expect(
      rulesOf(judge(source, {}, { declared: [{ name: 'TEXT', type: 'string', hasDefault: false }] })),
    ).toEqual(['/TEXT required'])
  })
})
