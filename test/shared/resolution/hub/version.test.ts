import { describe, expect, test } from 'vitest'
import { highest, parseConstraint, parseVersion } from '../../../../shared/resolution/hub/version.ts'

const VERSIONS = ['0.1', '0.6.0', '0.7.0-rc.1', '0.10.0', 'v1.2.3', '1.3.0', 'odd', '2.0.0']

describe('the highest version for', () => {
  test.each([
    ['>= 0.1', '2.0.0'],
    ['>=0.1,<1', '0.10.0'],
    ['< 0.6.0', '0.1'],
    ['<= 0.6', '0.6.0'],
    ['= 0.1.0', '0.1'],
    ['!= 2.0.0', '1.3.0'],
    ['> 0.6, != 0.10.0, < 1', undefined],
    ['>= 0.7.0-rc.0, <= 0.7.0-rc.9', '0.7.0-rc.1'],
    ['~> 1.2', '1.3.0'],
    ['~> 1.2.0', 'v1.2.3'],
    ['~> 0', '2.0.0'],
    ['> 2', undefined],
  ])('%s is %s', (text, expected) => {
    const constraint = parseConstraint(text)
    expect(constraint && highest(VERSIONS, constraint)).toBe(expected)
  })
})

test.each(['0.6', 'v1.2.3', 'main', '>= x', '=> 1', '', '1.0.0,', '>= 1 < 2'])(
  '"%s" is no constraint',
  text => {
    expect(parseConstraint(text)).toBeUndefined()
  },
)

test.each([
  ['0.6', '0.6.0'],
  ['v1', '1.0.0'],
  ['1.0.0-rc.1+build', '1.0.0-rc.1'],
  ['1.2.3.4', undefined],
  ['>= 1', undefined],
])('version %s is %s', (text, expected) => {
  expect(parseVersion(text)?.version).toBe(expected)
})
