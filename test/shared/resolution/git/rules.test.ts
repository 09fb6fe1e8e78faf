import { describe, expect, test } from 'vitest'
import { checkRules, readRules, type Subject } from '../../../../shared/resolution/git/rules.ts'

const ALLOW = `
- namespaces: [team-a, team-a-*]
  urls: ['https://example.com/team-a/*']
  revisions: [main, 'release-*']
  paths: ['tekton/**']
- urls: [https://example.com/catalog/tasks]
`
const GOOD: Subject = {
  namespace: 'team-a',
  url: 'https://example.com/team-a/repo',
  revision: 'main',
  path: 'tekton/build/task.yaml',
}
const allowed = (subject: Partial<Subject>, allow = ALLOW): boolean => {
  try {
    checkRules(readRules({ allow }), { ...GOOD, ...subject })
    return true
  } catch {
    return false
  }
}

test('without rules everything may be fetched', () => {
  expect(readRules({})).toBeUndefined()
  expect(allowed({ namespace: 'anyone' }, ' ')).toBe(true)
})

describe('with rules', () => {
  test.each<[Partial<Subject>, boolean]>([
    [{}, true],
    [{ namespace: 'team-a-dev' }, true],
    [{ revision: 'release-1.2' }, true],
    [{ namespace: 'team-b' }, false],
    [{ namespace: 'my-team-a' }, false],
    [{ url: 'https://example.com/team-a/deep/repo' }, false],
    [{ url: 'https://example.com/team-b/repo' }, false],
    [{ url: 'https://exampleXcom/team-a/repo' }, false],
    [{ url: 'http://example.com/team-a/repo' }, false],
    [{ revision: 'release/1' }, false],
    [{ revision: 'a'.repeat(40) }, false],
    [{ path: 'secret/task.yaml' }, false],
    [{ path: 'tekton' }, false],
    [{ namespace: 'anyone', url: 'https://example.com/catalog/tasks', revision: 'x', path: 'y' }, true],
  ])('%j: %s', (subject, expected) => {
    expect(allowed(subject)).toBe(expected)
  })

  test('an empty list allows nothing', () => {
    expect(allowed({}, '[]')).toBe(false)
    expect(allowed({}, '- urls: []')).toBe(false)
  })

  test('a refusal says what was asked for, and whom to ask', () => {
    expect(() => checkRules([], GOOD)).toThrow(
      'namespace team-a may not fetch tekton/build/task.yaml of https://example.com/team-a/repo at main: ask an operator to allow it in git-resolver-config',
    )
  })

  test.each(['yes', '- url: [a]', '- urls: a', '- [a]', '- urls: [1]', '{', 'a: b'])(
    '%j allows nothing and says so',
    allow => {
      expect(() => readRules({ allow })).toThrow('allow in git-resolver-config must be a YAML list of rules')
    },
  )
})
