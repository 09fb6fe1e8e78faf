// How long ago, in a word.

import { expect, test } from 'vitest'
import { ageOf } from '../../cli/age.ts'

const NOW = Date.parse('2026-01-10T00:00:00Z')

test.each([
  ['2026-01-09T23:59:20Z', '40s'],
  ['2026-01-09T23:58:00Z', '2m'],
  ['2026-01-09T18:30:00Z', '5h'],
  ['2026-01-07T00:00:00Z', '3d'],
  ['2026-01-10T00:00:05Z', '0s'],
  [undefined, ''],
])('%s is %j', (time, age) => {
  expect(ageOf(time, NOW)).toBe(age)
})
