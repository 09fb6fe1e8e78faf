// Patterns of a schema: what they match, that they never hang, and what is not supported.

import { describe, expect, test } from 'vitest'
import { compileParameters } from '../../../shared/parameters/compile.ts'
import { linearPattern } from '../../../shared/parameters/pattern.ts'

describe('a pattern', () => {
  test.each([
    ['my', 'it is my app', true],
    ['^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', 'my-app', true],
    ['^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', 'My-App', false],
    ['^a$', 'a\n', false],
    ['^\\u0041\\u{42}$', 'AB', true],
    ['^\\\\u0041$', '\\u0041', true],
    ['^\\p{Lu}\\d{2}$', 'É42', true],
    ['^[0-9]+(Mi|Gi)$', '512Mi', true],
  ])('%s on %j: %s', (pattern, text, matches) => {
    expect(linearPattern(pattern).test(text)).toBe(matches)
  })

  test.each(['^(a+)+$', '^(a|a)*$', 'a*a*a*a*b', '^(.*a){20}$'])(
    '%s takes no longer for a hostile value',
    pattern => {
      expect(linearPattern(pattern).test(`${'a'.repeat(32_000)}!`)).toBeTypeOf('boolean')
    },
  )

  test.each(['^(?=a)b', '(?<!a)b', '(a)\\1', '(unclosed'])(
    '%s is refused when the schema is registered',
    pattern => {
      const compiled = compileParameters({ type: 'object', properties: { A: { type: 'string', pattern } } })
      expect(compiled).toMatchObject({ ok: false, errors: [{ severity: 'error' }] })
      expect(JSON.stringify(compiled)).toContain('pattern')
    },
  )
})
