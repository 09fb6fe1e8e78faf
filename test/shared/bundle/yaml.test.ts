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
  ['a: 1.0', '{"a":1}'],
  ['a: 2001-01-01', '{"a":"2001-01-01"}'],
  ['a: ~', '{"a":null}'],
  ['b: 1\na: 2', '{"a":2,"b":1}'],
  ['a: <b> & c', '{"a":"\\u003cb\\u003e \\u0026 c"}'],
  ['x: &x {a: 1}\ny: {<<: *x, b: 2}', '{"x":{"a":1},"y":{"a":1,"b":2}}'],
  ['{"b": 1,  "a": 2}', '{"b": 1,  "a": 2}'],
  ['{a: 1}', '{"a":1}'],
])('%s', (text, json) => {
  expect(parseDocuments(text).map(document => document.json)).toEqual([json])
})

test('documents come in their order, without the empty ones', () => {
  expect(parseDocuments('a: 1\n---\n---\nb: 2\n').map(({ object }) => object)).toEqual([{ a: 1 }, { b: 2 }])
})
