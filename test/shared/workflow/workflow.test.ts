// Files that are no workflow are refused with a sentence.

import { describe, expect, test } from 'vitest'
import { importWorkflow } from '../../../shared/workflow/import.ts'

describe('a file that is no workflow', () => {
  const digest = `sha256:${'a'.repeat(64)}`
  const workflow = (more: string, name = 'x'): string =>
    `kind: RemediationWorkflow\nmetadata: {name: ${name}}\nspec:\n  version: 1.0.0\n  ${more}\n`
  test.each([
    ['broken YAML', 'a: [', /no valid YAML/],
    ['nothing', '', /one RemediationWorkflow/],
    ['two', `${workflow('')}---\n${workflow('')}`, /one RemediationWorkflow/],
    ['a bad name', workflow('', 'Not_Good'), /DNS-1123/],
    ['no bundle', workflow('execution: {engine: job}'), /execution\.bundle is missing/],
    ['an unknown engine', workflow('execution: {engine: bash, bundle: x}'), /one of tekton, job, ansible/],
    ['a tag only', workflow('execution: {engine: job, bundle: "quay.io/a/b:v1"}'), /pinned by digest/],
    [
      'no commit',
      workflow('execution: {engine: ansible, bundle: "https://git.example.com/x"}'),
      /git commit/,
    ],
    [
      'an unknown type',
      workflow(
        `execution: {engine: job, bundle: "quay.io/a/b@${digest}"}\n  parameters: [{name: A, type: map}]`,
      ),
      /unknown type/,
    ],
  ])('%s', (_, text, message) => {
    expect(() => importWorkflow(text)).toThrow(message)
  })
})
