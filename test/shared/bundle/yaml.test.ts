// YAML as Kubernetes reads it: what each spelling becomes in the JSON that a bundle holds.

import { expect, test } from 'vitest'
import { parseDocuments } from '../../../shared/bundle/yaml.ts'

test.each([
  ['a: yes', '{"a":true}'],
  ['a: off', '{"a":false}'],
  ['a: "yes"', '{"a":"yes"}'],
  ['a: True', '{"a":true}'],
  ['mode: 0644', '{"mode":420}'],
  ['a: 0x10', '{"a":16}'],
  ['a: [0, 1_000, 0b11, 0o14, -012, 08, +5, 0x_1f]', '{"a":[0,1000,3,12,-10,8,5,31]}'],
  ['a: [1:30, 0b2, 0xg, .5, 1e3]', '{"a":["1:30","0b2","0xg",0.5,1000]}'],
  ['y: !!binary aGVsbG8=', '{"true":"hello"}'],
  ['a: 1.0', '{"a":1}'],
  ['a: 2001-01-01', '{"a":"2001-01-01"}'],
  ['a: ~', '{"a":null}'],
  ['b: 1\na: 2', '{"a":2,"b":1}'],
  ['a: <b> & c', '{"a":"\\u003cb\\u003e \\u0026 c"}'],
  ['u: &x {a: 1}\nv: {<<: *x, b: 2}', '{"u":{"a":1},"v":{"a":1,"b":2}}'],
  ['{"b": 1,  "a": 2}', '{"b": 1,  "a": 2}'],
  ['{a: 1}', '{"a":1}'],
])('%s', (text, json) => {
  expect(parseDocuments(text).map(document => document.json)).toEqual([json])
})

test('documents come in their order, without the empty ones', () => {
  expect(parseDocuments('a: 1\n---\n---\nb: 2\n').map(({ object }) => object)).toEqual([{ a: 1 }, { b: 2 }])
})

test.each([
  ['a: 12345678901234567890', 'an integer that JSON readers round'],
  ['a: [b', 'broken YAML'],
  ['a: 1\na: 2', 'a key twice'],
  ['{a: 1, "a": 2}', 'a key twice, between braces'],
  ['b:\n- a: 1\n  a: 2', 'a key twice, deep'],
  ['? {a: 1, a: 2}\n: b', 'a key twice, in a key'],
  ['- a', 'a list'],
])('%s is refused: %s', text => {
  expect(() => parseDocuments(text)).toThrow(
    expect.objectContaining({ name: 'BundleError', reason: 'Corrupt' }),
  )
})

test('the key that is given twice is named', () => {
  expect(() => parseDocuments('a: 1\na: 2')).toThrow(
    expect.objectContaining({ cause: expect.objectContaining({ message: 'the key "a" is given twice' }) }),
  )
})

test('many keys are read in no time', { timeout: 15_000 }, () => {
  const text = Array.from({ length: 30_000 }, (_, index) => `key${index}: ${index}`).join('\n')
  expect(parseDocuments(text)).toHaveLength(1)
})
