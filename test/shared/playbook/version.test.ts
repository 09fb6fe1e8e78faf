// The version of a bundle: one that all sources mean, or a sentence that says which do not.

import { describe, expect, test } from 'vitest'
import { decideVersion, plainVersion, type VersionSources } from '../../../shared/playbook/version.ts'

test.each<[string, VersionSources, string]>([
  ['the annotation', { annotation: '1.2.3' }, '1.2.3'],
  ['spec.version', { spec: '1.2.3' }, '1.2.3'],
  ['the tag', { tag: '1.2.3' }, '1.2.3'],
  ['a tag with a v', { tag: 'v1.2.3' }, '1.2.3'],
  [
    'all three that agree, each in its spelling',
    { annotation: '1.2.3', spec: 'v1.2.3', tag: 'v1.2.3' },
    '1.2.3',
  ],
  [
    'an annotation that a block of YAML ended with a line feed',
    { annotation: '1.2.3\n', tag: 'v1.2.3' },
    '1.2.3',
  ],
  ['spec.version beside a tag that is no version', { spec: '1.2.3', tag: 'latest' }, '1.2.3'],
  ['spec.version beside a tag that is only a part of one', { spec: '1.2.3', tag: 'v1' }, '1.2.3'],
  ['a prerelease', { tag: 'v2.0.0-rc.1' }, '2.0.0-rc.1'],
  ['build metadata, which tells two versions apart', { annotation: '1.0.0+build.7' }, '1.0.0+build.7'],
])('is that of %s', (_, sources, version) => {
  expect(decideVersion(sources)).toEqual({ ok: true, version })
})

describe('is refused', () => {
  const none = 'No version is given. Tag the bundle v1.2.3, set spec.version, or annotate the Pipeline.'
  const annotation = 'the Pipeline annotation playbook.kubernaut.io/version'
  test.each<[string, VersionSources, string]>([
    ['without any source', {}, none],
    ['for the tag latest alone', { tag: 'latest' }, none],
    [
      'for an annotation that is none',
      { annotation: 'one', tag: 'v1.0.0' },
      `${annotation} is "one", which is no semantic version; write it like 1.2.3.`,
    ],
    [
      'for a spec.version of two numbers',
      { spec: '1.0' },
      'spec.version is "1.0", which is no semantic version; write it like 1.2.3.',
    ],
    [
      'for an empty spec.version',
      { spec: '', tag: 'v1.0.0' },
      'spec.version is "", which is no semantic version; write it like 1.2.3.',
    ],
    [
      'where tag and annotation differ',
      { annotation: '1.0.0', tag: 'v1.0.1' },
      `The versions differ: ${annotation} says 1.0.0, the tag says 1.0.1. Make them agree.`,
    ],
    [
      'where only build metadata differs',
      { annotation: '1.0.0+a', spec: '1.0.0+b' },
      `The versions differ: ${annotation} says 1.0.0+a, spec.version says 1.0.0+b. Make them agree.`,
    ],
  ])('%s', (_, sources, message) => {
    expect(decideVersion(sources)).toEqual({ ok: false, message })
  })
})

test.each([
  ['v1.2.3', '1.2.3'],
  ['1.2.3', '1.2.3'],
  [' v1.2.3 ', '1.2.3'],
  ['vault', 'vault'],
])('%s is written %s', (written, plain) => {
  expect(plainVersion(written)).toBe(plain)
})
