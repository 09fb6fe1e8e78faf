// The meta-schema compiled for the bundle says what the one compiled at run time says.

import { createRequire } from 'node:module'
import { compileFunction } from 'node:vm'
import type { ValidateFunction } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { metaSchemaModule } from '../../scripts/meta-schema.ts'
import { metaValidator } from '../../shared/parameters/meta-schema.ts'

/** As a bundler would: the module's exports are taken, and what it requires is given. */
function load(): ValidateFunction {
  const body = metaSchemaModule().replace(/^"use strict";|export default [^;]+;|export (?=const)/gm, '')
  const given = compileFunction(`${body}\nreturn metaValidator()`, ['require'])
  return given(createRequire(import.meta.url)) as ValidateFunction
}

const beforehand = load()
const atRunTime = metaValidator()

const nested = (schema: unknown) => ({ type: 'object', properties: { A: { items: schema } } })

test.each<[string, unknown]>([
  ['an empty schema', {}],
  ['a whole one', nested({ type: ['string', 'null'], enum: ['a'], pattern: '^a', minLength: 1 })],
  [
    'references and definitions',
    { $defs: { a: { type: 'integer' } }, properties: { A: { $ref: '#/$defs/a' } } },
  ],
  ['an unknown keyword', { unknown: 1 }],
  ['a boolean as a property', { properties: { A: true } }],
  ['what is no schema', 'no schema'],
  ['a list', []],
  ['an unknown type', { type: 'text' }],
  ['a type twice', { type: ['string', 'string'] }],
  ['a limit that is no number', { properties: { A: { minimum: '3' } } }],
  ['a negative length', nested({ minLength: -1 })],
  ['required as a word', { required: 'A' }],
  ['several faults', { type: 'text', required: [1], properties: { A: { maxLength: 1.5, enum: 'x' } } }],
  ['a fault deep down', { allOf: [{ anyOf: [{ not: { else: { $defs: { a: { type: 1 } } } } }] }] }],
  ['an empty list of alternatives', { oneOf: [] }],
])('%s', (_, schema) => {
  expect(beforehand(schema)).toBe(atRunTime(schema))
  expect(beforehand.errors).toEqual(atRunTime.errors)
})

test('some of these are refused and some are not', () => {
  expect([beforehand({}), beforehand({ type: 'text' })]).toEqual([true, false])
})
