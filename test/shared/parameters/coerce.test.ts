// Coercion is lossless: what comes out reads as what went in, and nothing else changes.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { coerceTo } from '../../../shared/parameters/coerce.ts'
import { compileParameters } from '../../../shared/parameters/compile.ts'
import { judgeParameters } from '../../../shared/parameters/judge.ts'
import type { CompiledParameters, ParameterVerdict } from '../../../shared/parameters/parameters.ts'

const TYPES = ['integer', 'number', 'boolean', 'string', 'array', 'object']

function compile(type: string): CompiledParameters {
  const compiled = compileParameters({ type: 'object', properties: { P: { type } }, required: ['P'] })
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.errors))
  return compiled
}

const compiled = new Map(TYPES.map(type => [type, compile(type)]))

function judge(type: string, value: unknown): ParameterVerdict {
  const declared = [{ name: 'P', type: 'string', hasDefault: false }] as const
  return judgeParameters(compiled.get(type) ?? compile(type), {
    given: { P: value },
    declared,
    undeclared: 'refuse',
  })
}

describe('what is taken and what is refused', () => {
  test.each([
    ['integer', '3', 3],
    ['integer', '-3', -3],
    ['integer', '0', 0],
    ['number', '3.7', 3.7],
    ['boolean', 'true', true],
    ['boolean', 'false', false],
    ['string', 3, '3'],
    ['string', 3.5, '3.5'],
    ['string', true, 'true'],
    ['string', -0, '0'],
    ['array', '["a",1]', ['a', 1]],
    ['object', '{"a":1}', { a: 1 }],
  ])('%s from %j', (type, value, result) => {
    expect(coerceTo(value, [type])).toEqual(result)
    expect(judge(type, value).ok).toBe(true)
  })

  test.each([
    [
      'integer',
      [
        '3.7',
        '3.0',
        '',
        ' 3',
        '3 ',
        '03',
        '+3',
        '-0',
        '1e3',
        '0x10',
        '9007199254740993',
        'NaN',
        3.7,
        true,
        [3],
      ],
    ],
    ['number', ['', '.5', '5.', '1e21', 'Infinity', 'NaN', '0.10', '-0', 1e21, 1e-7, false]],
    ['boolean', ['True', 'TRUE', 'yes', '1', '', 1, 0]],
    ['string', [null, [], {}, 9007199254740992, 1e21, 1e-7]],
    ['array', ['{}', 'a,b', '[', '', 3]],
    ['object', ['[]', '', 'x', 3]],
  ])('%s refuses what would lose something', (type, values) => {
    for (const value of values) expect({ value, ok: judge(type, value).ok }).toEqual({ value, ok: false })
  })
})

describe('for every value', () => {
  test('a whole number arrives as its own digits, as a number and as text', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), number => {
        for (const given of [number, String(number)])
          for (const type of ['integer', 'number', 'string'])
            expect(judge(type, given)).toMatchObject({ ok: true, values: { P: String(number) } })
      }),
    )
  })

  test('what is accepted for a type reads back as the same value', () => {
    fc.assert(
      fc.property(fc.constantFrom(...TYPES), fc.string(), (type, text) => {
        const coerced = coerceTo(text, [type])
        if (coerced === text) return
        expect(typeof coerced === 'object' ? JSON.parse(text) : String(coerced)).toEqual(
          typeof coerced === 'object' ? coerced : text,
        )
      }),
    )
  })

  test('any JSON arrives unchanged as JSON, or is refused; never as something else', () => {
    fc.assert(
      fc.property(fc.constantFrom(...TYPES), fc.jsonValue(), (type, value) => {
        const verdict = judge(type, value)
        if (!verdict.ok) return verdict.faults.length > 0
        const { P } = verdict.values
        const text = typeof value === 'string' ? value : JSON.stringify(value)
        const isSame =
          P === text || JSON.stringify(JSON.parse(String(P))) === JSON.stringify(JSON.parse(text))
        expect(isSame).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  test('coercing twice is coercing once', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom(...TYPES)), fc.jsonValue(), (types, value) => {
        const once = coerceTo(value, types)
        expect(coerceTo(once, types)).toEqual(once)
      }),
    )
  })
})
