// What Tekton takes from a resolver, and what must never get through.

import { describe, expect, test } from 'vitest'
import { checkResolved } from '../../../shared/resolution/gate.ts'
import { PIPELINE, resolved } from './kit.ts'

function object(kind: string, apiVersion = 'tekton.dev/v1'): string {
  return `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: a\n`
}

describe('gets through', () => {
  test.each([
    ['a Pipeline in JSON', PIPELINE],
    ...['Pipeline', 'PipelineRun', 'Task', 'TaskRun'].map(kind => [`a ${kind}`, object(kind)]),
    ...['Task', 'Pipeline', 'StepAction', 'CustomRun'].map(kind => [
      `a ${kind} of v1beta1`,
      object(kind, 'tekton.dev/v1beta1'),
    ]),
    ['a Run', object('Run', 'tekton.dev/v1alpha1')],
    ['an object between separators', `---\n${object('Task')}---\n`],
  ])('%s', (_, data) => {
    expect(() => checkResolved(resolved({ data }))).not.toThrow()
  })
})

describe('is refused', () => {
  test.each([
    ['nothing', '', /one YAML object, but it holds 0/],
    ['two objects', `${object('Task')}---\n${object('Task')}`, /one YAML object, but it holds 2/],
    ['a Secret', object('Secret', 'v1'), /group tekton.dev/],
    ['another group that looks like it', object('Task', 'tekton.dev.example/v1'), /group tekton.dev/],
    ['a kind of another group', object('Task', 'triggers.tekton.dev/v1'), /group tekton.dev/],
    ['another kind', object('VerificationPolicy', 'tekton.dev/v1alpha1'), /kind must be one of/],
    ['an object without a kind', 'apiVersion: tekton.dev/v1\nmetadata: {}\n', /kind must be one of/],
    ['a page of HTML', '<!doctype html><title>Sign in</title>', /no YAML or JSON of one object/],
    ['a token', 'eyJhbGciOiJSUzI1NiIsImtpZCI6', /no YAML or JSON of one object/],
    ['broken YAML', 'apiVersion: [', /no YAML or JSON of one object/],
    ['a megabyte and a byte', ' '.repeat(1024 * 1024 + 1), /more than 1048576 bytes/],
  ])('%s', (_, data, reason) => {
    expect(() => checkResolved(resolved({ data }))).toThrow(reason)
  })

  test('what would not fit beside the data', () => {
    const annotations = { note: 'x'.repeat(16 * 1024) }
    expect(() => checkResolved(resolved({ annotations }))).toThrow(/annotations and source have more than/)
  })

  test('without a word of what it was', () => {
    expect(() => checkResolved(resolved({ data: 'password: hunter2' }))).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
    )
  })
})
