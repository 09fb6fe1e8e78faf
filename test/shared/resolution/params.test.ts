import { describe, expect, test } from 'vitest'
import { ResolutionError } from '../../../shared/resolution/error.ts'
import { type ParamValue, requiredParam, textParam } from '../../../shared/resolution/params.ts'

const params = new Map<string, ParamValue>([
  ['text', 'value'],
  ['empty', ''],
  ['list', ['a', 'b']],
  ['map', { a: 'b' }],
])

describe('a parameter as text', () => {
  test.each([
    ['text', 'value'],
    ['empty', undefined],
    ['missing', undefined],
  ])('%s is %s', (name, expected) => {
    expect(textParam(params, name)).toBe(expected)
  })

  test.each([
    ['list', 'parameter "list" must be a string, but it is an array'],
    ['map', 'parameter "map" must be a string, but it is an object'],
  ])('%s is refused', (name, message) => {
    expect(() => textParam(params, name)).toThrow(new ResolutionError(message))
  })

  test.each(['missing', 'empty'])('one that is required and %s is refused', name => {
    expect(() => requiredParam(params, name)).toThrow(new ResolutionError(`parameter "${name}" required`))
    expect(requiredParam(params, 'text')).toBe('value')
  })
})
