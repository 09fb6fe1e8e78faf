// Lint: where a playbook's schema and its Pipeline differ.

import { describe, expect, test } from 'vitest'
import { compareWithPipeline, type PipelineParamWithDefault } from '../../../shared/parameters/compare.ts'
import { compile } from './kit.ts'

describe('the schema and the Pipeline', () => {
  const source = {
    properties: {
      TEXT: { type: 'string' },
      LIST: { type: 'array' },
      N: { type: 'integer', maximum: 5, default: 3 },
      BAD: { type: 'integer', default: 'x' },
      TARGET_RESOURCE_NAME: { type: 'string' },
    },
  }
  const param = (name: string, more: Partial<PipelineParamWithDefault> = {}): PipelineParamWithDefault => ({
    name,
    type: 'string',
    hasDefault: more.default !== undefined,
    ...more,
  })
  const lint = (...params: PipelineParamWithDefault[]): string[] => {
    const findings = compareWithPipeline(compile(source), params)
    return findings
      .map(
        ({ severity, rule, path }) =>
          `${severity} ${rule} ${path.replace(/^\/(spec\/params|properties)\//, '')}`,
      )
      .sort()
  }

  test('agree', () => {
    const agreeing = compile({ properties: { TEXT: { type: 'string' }, N: { type: 'integer', default: 3 } } })
    expect(
      compareWithPipeline(agreeing, [
        param('TEXT', { default: '' }),
        param('N', { default: '3' }),
        param('TARGET_RESOURCE'),
      ]),
    ).toEqual([])
  })

  test('differ in every way', () => {
    const params = [
      param('TEXT'),
      param('LIST', { default: '' }),
      param('N', { default: '9' }),
      param('OTHER'),
      param('EXTRA', { default: 'x' }),
      param('BAD', { type: 'array', hasDefault: true }),
    ]
    expect(lint(...params)).toEqual([
      'error default-invalid BAD/default',
      'error default-invalid N/default',
      'error param-undeclared OTHER',
      'error type-contradiction BAD',
      'warning optional-without-default TEXT',
      'warning param-unheard TARGET_RESOURCE_NAME',
      'warning type-as-text LIST',
    ])
    expect(lint(param('N', { default: '4' }))).toContain('warning default-differs N/default')
    expect(lint()).toContain('error param-unheard TEXT')
  })
})
