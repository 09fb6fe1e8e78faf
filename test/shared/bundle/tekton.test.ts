// What is no Tekton object, or too many, is not packed.

import { describe, expect, test } from 'vitest'
import { packBundle } from '../../../shared/bundle/pack.ts'
import { TASK } from './images.ts'

const SCHEMA = '{"type":"object"}'

describe('what is no bundle is not packed', () => {
  const many = Array.from({ length: 21 }, (_, index) => TASK.replace('check', `check-${index}`))
  test.each([
    ['nothing', [], {}, 'NotABundle', 'at least one Tekton object'],
    ['empty documents', ['---\n---\n'], {}, 'NotABundle', 'at least one Tekton object'],
    ['a JSON Schema', [SCHEMA], {}, 'NotABundle', 'failed to parse string as a Tekton object'],
    [
      'a ConfigMap',
      ['apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}'],
      {},
      'NotABundle',
      'failed to parse',
    ],
    [
      'an unknown version',
      [TASK.replace('tekton.dev/v1', 'tekton.dev/v9')],
      {},
      'NotABundle',
      'failed to parse',
    ],
    ['a Task without a name', [TASK.replace('"name":"check"', '')], {}, 'NotABundle', 'should have a name'],
    ['broken YAML', ['a: [b'], {}, 'Corrupt', "isn't YAML or JSON parseable"],
    ['21 objects', many, {}, 'TooManyObjects', 'more than the maximum 20 allow objects'],
    [
      '21 objects in one file',
      [many.join('\n---\n')],
      {},
      'TooManyObjects',
      'more than the maximum 20 allow objects',
    ],
    [
      'a schema that is no JSON',
      [TASK],
      { schema: 'type: object' },
      'InvalidSchema',
      'the schema is not a JSON object',
    ],
    [
      'an object over 1 MiB',
      [TASK.replace('[]', `["${'x'.repeat(1024 * 1024)}"]`)],
      {},
      'TooLarge',
      'Task check has more than',
    ],
  ])('%s', (_what, documents, more, reason, message) => {
    expect(() => packBundle({ documents, ...more })).toThrow(
      expect.objectContaining({ reason, message: expect.stringContaining(message) }),
    )
  })
})
