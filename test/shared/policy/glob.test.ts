// Globs over names: `*` is any text, everything else is itself, and no glob takes long.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileGlobs, fitsAny } from '../../../shared/policy/glob.ts'

const letters = fc.string({ unit: fc.constantFrom('a', 'b', '-', '.'), maxLength: 12 })
const globs = fc.string({ unit: fc.constantFrom('a', 'b', '-', '.', '*'), maxLength: 8 })

test('a glob says what the regular expression says that means the same', () => {
  fc.assert(
    fc.property(globs, letters, (glob, text) => {
      const pattern = glob
        .split('*')
        .map(part => part.replaceAll('.', '\\.'))
        .join('.*')
      expect(fitsAny(compileGlobs([glob]), text)).toBe(new RegExp(`^${pattern}$`).test(text))
    }),
  )
})

test('any of several fits', () => {
  const globs = compileGlobs(['kube-*', 'default', '*-a-*'])
  expect(
    ['kube-system', 'default', 'x-a-y', 'kube', 'defaults', 'x-a'].map(text => fitsAny(globs, text)),
  ).toEqual([true, true, true, false, false, false])
})

test('a glob that keeps matchers with backtracking busy is done at once', () => {
  const before = performance.now()
  expect(fitsAny(compileGlobs(['*a*a*a*a*a*a*a*a*b']), 'a'.repeat(100_000))).toBe(false)
  expect(performance.now() - before).toBeLessThan(500)
})
