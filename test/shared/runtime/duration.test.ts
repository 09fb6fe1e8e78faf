// Durations as Go writes them, held against a reference that counts in whole units.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseDuration } from '../../../shared/runtime/duration.ts'

test.each<[string, number | undefined]>([
  ['0', 0],
  ['0s', 0],
  ['30m', 1_800_000],
  ['1h30m', 5_400_000],
  ['1.5h', 5_400_000],
  ['90s', 90_000],
  ['250ms', 250],
  ['1m1ms', 60_001],
  ['1h1h', 7_200_000],
  ['2562047h', 9_223_369_200_000],
  ['', undefined],
  ['30', undefined],
  ['-5m', undefined],
  ['5 m', undefined],
  ['5min', undefined],
  ['.5h', undefined],
  ['1d', undefined],
  ['1h ', undefined],
  ['PT30M', undefined],
  ['2562048h', undefined],
  [`${'9'.repeat(400)}h`, undefined],
])('"%s" is %s ms', (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds)
})

/** How Go prints a duration of whole milliseconds (https://pkg.go.dev/time#Duration.String), from a second up. */
function print(milliseconds: number): string {
  const hours = Math.floor(milliseconds / 3_600_000)
  const minutes = Math.floor(milliseconds / 60_000) % 60
  const seconds = (milliseconds % 60_000) / 1_000
  if (hours > 0) return `${hours}h${minutes}m${seconds}s`
  return minutes > 0 ? `${minutes}m${seconds}s` : `${seconds}s`
}

test('whatever Go prints is read as it was meant', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1_000, max: 10 * 365 * 24 * 3_600_000 }), milliseconds => {
      expect(parseDuration(print(milliseconds))).toBeCloseTo(milliseconds, 6)
    }),
  )
})

test('whatever the grammar of the Playbook allows is a duration, and nothing else', () => {
  const part = fc.constantFrom('0', '1', '9', '.', 'h', 'm', 's', 'ms', '-', ' ')
  fc.assert(
    fc.property(fc.array(part, { maxLength: 6 }), parts => {
      const text = parts.join('')
      expect(parseDuration(text) !== undefined).toBe(/^(0|([0-9]+(\.[0-9]+)?(ms|s|m|h))+)$/.test(text))
    }),
  )
})
