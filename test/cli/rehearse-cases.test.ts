// Test cases of playbooks: what they hold, and when they are not met.

import { describe, expect, test } from 'vitest'
import { readTestCase, unmet } from '../../cli/rehearse/test-case.ts'

describe('a test case', () => {
  test('is an analysis, and what must become of it', () => {
    const text = 'analysis: { strategies: [] }\nexpect: { verdict: deny, reason: NoPlaybook }\n'
    const expected = { analysis: '{"strategies":[]}', expect: { verdict: 'deny', reason: 'NoPlaybook' } }
    expect(readTestCase('x.yaml', text)).toEqual(expected)
  })

  test('may expect nothing', () => {
    expect(readTestCase('x.yaml', 'analysis: {}').expect).toEqual({})
  })

  test.each([
    ['strategies: []', /must hold an analysis/],
    ['analysis: {}\nexpect: { verdict: maybe }', /one of allow, approve, hold, deny, not maybe/],
  ])('%j is none', (text, message) => {
    expect(() => readTestCase('x.yaml', text)).toThrow(message)
  })
})

test.each([
  [{}, undefined],
  [{ verdict: 'deny', reason: 'TargetBusy' }, undefined],
  [{ verdict: 'allow' }, 'expected allow, got deny'],
  [{ reason: 'Other' }, 'expected the reason Other, got TargetBusy'],
] as const)('%j', (expectation, said) => {
  expect(unmet(expectation, { analysis: 'x', verdict: 'deny', reason: 'TargetBusy' })).toBe(said)
})
