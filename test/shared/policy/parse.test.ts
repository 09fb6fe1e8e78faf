// From the text of a policy to the policy, or to all that is wrong with it, each with its place.

import { expect, test } from 'vitest'
import { parsePolicy } from '../../../shared/policy/parse.ts'
import { policy } from './kit.ts'

test.each([
  ['an empty text', ''],
  ['only a comment', '# nothing yet\n'],
  ['empty parts', 'settings: {}\nrules: []\n'],
  ['JSON', '{"rules": [{"name": "a", "then": "allow"}]}'],
  [
    'an alias',
    'rules:\n  - { name: a, match: &m { kinds: Node }, then: allow }\n  - { name: b, match: *m, then: allow }\n',
  ],
])('%s is a policy', (_, text) => {
  expect(parsePolicy(text)).toMatchObject({ ok: true })
})

test('the same text is the same version, another text another', () => {
  const { version } = policy('rules: []')
  expect(version).toMatch(/^sha256:[0-9a-f]{64}$/)
  expect(policy('rules: []').version).toBe(version)
  expect(policy('rules: [ ]').version).not.toBe(version)
})

test.each<[what: string, text: string, place: string, words: RegExp]>([
  ['YAML that is none', 'rules:\n  - name: [a\n', '3:1', /no YAML/],
  ['a key twice', 'rules: []\nrules: []\n', '2:1', /no YAML/],
  ['no mapping', '- a\n- b\n', '1:1', /the policy must be a mapping/],
  ['a field that there is not', 'rule: []\n', '1:1', /no field "rule"/],
  ['a setting that there is not', 'settings:\n  suspend: true\n', '2:3', /no field "suspend"/],
  ['a switch that is no boolean', 'settings:\n  suspended: maybe\n', '2:14', /must be true or false/],
  ['a threshold beyond 1', 'settings: { allowFrom: 80 }\n', '1:24', /must be <= 1, but is 80/],
  ['thresholds the wrong way round', 'settings:\n  approveFrom: 0.9\n', '2:16', /must not be above/],
  ['an age that is none', 'settings: { maxAnalysisAge: soon }\n', '1:29', /duration such as 30m/],
  ['an age of nothing', 'settings: { maxAnalysisAge: 0s }\n', '1:29', /longer than 0/],
  ['a rule without a name', 'rules:\n  - then: allow\n', '2:5', /"name"/],
  ['a rule without an outcome', 'rules:\n  - name: a\n', '2:5', /"then"/],
  [
    'an outcome that there is not',
    'rules:\n  - name: a\n    then: refuse\n',
    '3:11',
    /one of allow, approve, deny/,
  ],
  ['a denial without a reason', 'rules:\n  - name: a\n    then: deny\n', '2:5', /"reason"/],
  ['a name that is none', 'rules: [{ name: My Rule, then: allow }]\n', '1:17', /lower-case letters/],
  [
    'two of one name',
    'rules:\n  - { name: a, then: allow }\n  - { name: a, then: allow }\n',
    '3:13',
    /Two rules/,
  ],
  [
    'a part of match that there is not',
    'rules:\n  - name: a\n    match: { kind: Node }\n    then: allow\n',
    '3:14',
    /no field "kind"/,
  ],
  [
    'a match of nothing',
    'rules: [{ name: a, match: {}, then: allow }]\n',
    '1:27',
    /match is empty, .* leave it out/,
  ],
  [
    'a list of nothing',
    'rules: [{ name: a, match: { kinds: [] }, then: allow }]\n',
    '1:36',
    /kinds is empty/,
  ],
  [
    'a glob with a meaning that ours have not',
    'rules: [{ name: a, match: { kinds: "!Node" }, then: allow }]\n',
    '1:36',
    /not supported/,
  ],
  [
    'braces',
    'rules: [{ name: a, match: { kinds: ["{Node,Pod}"] }, then: allow }]\n',
    '1:37',
    /not supported/,
  ],
  ['a kind that is a number', 'rules: [{ name: a, match: { kinds: 7 }, then: allow }]\n', '1:36', /a list/],
  [
    'an expression that does not end',
    'rules:\n  - name: a\n    when: analysis.confidence >=\n    then: allow\n',
    '3:11',
    /character 23/,
  ],
  [
    'a variable that there is not',
    'rules: [{ name: a, when: foo == 1, then: allow }]\n',
    '1:26',
    /Unknown variable: foo/,
  ],
  [
    'an expression of another type',
    'rules: [{ name: a, when: size("a"), then: allow }]\n',
    '1:26',
    /yields int/,
  ],
  [
    'a comparison of two types',
    `rules: [{ name: a, when: '"a" == 1', then: allow }]\n`,
    '1:26',
    /no such overload/,
  ],
  [
    'a pattern beyond linear time',
    `rules: [{ name: a, when: 'analysis.id.matches("(?=a)")', then: allow }]\n`,
    '1:26',
    /character 21/,
  ],
  ['an anchor as a field', 'a: &a [1]\nrules: []\n', '1:1', /no field "a"/],
])('%s is refused at its place', (_, text, place, words) => {
  const parsed = parsePolicy(text)
  const told = parsed.ok
    ? []
    : parsed.mistakes.map(({ line, column, message }) => `${line}:${column} ${message}`)
  expect(told.join('\n')).toMatch(words)
  expect(told.map(each => each.split(' ')[0])).toContain(place)
})

test('all mistakes are told at once', () => {
  const parsed = parsePolicy(
    'rules:\n  - { name: a, when: foo, then: allow }\n  - { name: b, when: bar, then: allow }\n',
  )
  expect(parsed.ok ? [] : parsed.mistakes.map(each => each.line)).toEqual([2, 3])
})

test('a text that is too large is not read', () => {
  const parsed = parsePolicy(`# ${'x'.repeat(300_000)}`)
  expect(parsed).toMatchObject({
    ok: false,
    mistakes: [{ line: 1, message: expect.stringContaining('characters') }],
  })
})
