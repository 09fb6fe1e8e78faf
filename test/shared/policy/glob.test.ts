// Globs over names: `*` is any text, everything else is itself, and no glob takes long.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileGlob, compileGlobs } from '../../../shared/policy/glob.ts'

const letters = fc.string({ unit: fc.constantFrom('a', 'b', '-', '.'), maxLength: 12 })
const globs = fc.string({ unit: fc.constantFrom('a', 'b', '-', '.', '*'), maxLength: 8 })

test('a glob says what the regular expression says that means the same', () => {
  fc.assert(
    fc.property(globs, letters, (glob, text) => {
      const pattern = glob
        .split('*')
        .map(part => part.replaceAll('.', '\\.'))
        .join('.*')
      expect(compileGlob(glob)(text)).toBe(new RegExp(`^${pattern}$`).test(text))
    }),
  )
})

test('any of several fits', () => {
  const fits = compileGlobs(['kube-*', 'default'])
  expect(['kube-system', 'default', 'kube', 'defaults'].map(fits)).toEqual([true, true, false, false])
})

test('a glob that keeps matchers with backtracking busy is done at once', () => {
  const before = performance.now()
  expect(compileGlob('*a*a*a*a*a*a*a*a*b')('a'.repeat(100_000))).toBe(false)
  expect(performance.now() - before).toBeLessThan(500)
})
