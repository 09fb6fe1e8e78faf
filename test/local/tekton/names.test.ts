// Names and durations as Tekton derives and prints them, held against its own golden values.

import { expect, test } from 'vitest'
import { parseDuration } from '../../../local/tekton/duration.ts'
import { childName, resolutionRequestName } from '../../../local/tekton/names.ts'
import type { Param } from '../../../local/tekton/pipeline.ts'
import { formatDuration } from '../../../shared/runtime/duration.ts'

test('a child is named after its parent while there is room', () => {
  expect(childName('seed-run-3', '-execute-playbook')).toBe('seed-run-3-execute-playbook')
  expect(childName('a'.repeat(40), `-${'b'.repeat(22)}`)).toBe(`${'a'.repeat(40)}-${'b'.repeat(22)}`)
})

test.each([
  ['a long parent', 'asdf'.repeat(16), '-f', `${'asdf'.repeat(7)}a`, '-f'],
  [
    'a run of this system',
    `rem-${'0'.repeat(40)}`,
    '-execute-playbook-please',
    'rem-000',
    '-execute-playbook-please',
  ],
])('%s is cut around a hash', (_, parent, suffix, start, end) => {
  const name = childName(parent, suffix)
  expect(name).toHaveLength(63)
  expect(name).toMatch(new RegExp(`^${start}[0-9a-f]{32}${end}$`))
})

test('a suffix too long for itself is hashed with its parent', () => {
  const name = childName('run', `-${'x'.repeat(62)}`)
  expect(name).toMatch(/^run[0-9a-f]{32}-x{27}$/)
  expect(name).toHaveLength(63)
})

test('two long parents with the same start have different children', () => {
  expect(childName(`${'a'.repeat(62)}1`, '-t')).not.toBe(childName(`${'a'.repeat(62)}2`, '-t'))
})

const PARAMS: readonly Param[] = [
  { name: 'string-param', value: 'value1' },
  { name: 'array-param', value: ['value1', 'value2'] },
  { name: 'object-param', value: { key: 'value' } },
]

// Tekton's own golden values (pkg/resolution/resource/name_test.go).
test.each<[string, string, readonly Param[], string]>([
  ['prefix', '', [], 'prefix-6c62272e07bb014262b821756295c58d'],
  ['', 'base', [], '-6989337ae0757277b806e97e86444ef0'],
  ['', '', PARAMS, '-52921b17d3c2930a34419c618d6af0e9'],
  ['', '', PARAMS.toReversed(), '-52921b17d3c2930a34419c618d6af0e9'],
  ['prefix', 'base', PARAMS, 'prefix-ba2f256f318de7f4154da577c283cb9e'],
  ['a'.repeat(31), 'default/my-taskrun', [], `${'a'.repeat(30)}-2d162955e9c9fcfef736fd389e7fd796`],
])('the request of %j for %j', (resolver, owner, params, name) => {
  expect(resolutionRequestName(resolver, owner, params)).toBe(name)
})

test('markup in a list is hashed as Go writes it', () => {
  const name = (value: string) => resolutionRequestName('r', 'o', [{ name: 'p', value: [value] }])
  expect(name('<')).toBe(resolutionRequestName('r', 'o', [{ name: 'p', value: '["\\u003c"]' }]))
})

test.each([
  ['1h0m0s', 3_600_000],
  ['1s', 1000],
  ['1m30s', 90_000],
  ['250ms', 250],
  ['0s', 0],
])('%s is %i ms, and is printed the same', (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds)
  expect(formatDuration(milliseconds)).toBe(text)
})

test.each(['', 'soon', '1', '1d', '-1s x'])('%j is no duration', text => {
  expect(parseDuration(text)).toBeUndefined()
})
