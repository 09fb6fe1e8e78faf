// What no parameter may hold, and what a refusal never shows.

import { describe, expect, test } from 'vitest'
import { faultsOf, judge, oomkill, rulesOf } from './kit.ts'

describe('safety', () => {
  const any = { type: 'object', properties: { P: {}, SECRET: { type: 'integer', writeOnly: true } } }
  test.each([
    ['a variable', 'a $(params.X)', 'unsafe'],
    ['a variable deep inside', { a: [{ b: '$(x)' }] }, 'unsafe'],
    ['a variable as a key', { '$(x)': 1 }, 'unsafe'],
    ['NUL', 'a\0b', 'unsafe'],
    ['half a character', '\ud800', 'unsafe'],
    ['too many bytes', 'é'.repeat(16_385), 'size'],
    ['too many levels', JSON.parse(`${'['.repeat(40)}${']'.repeat(40)}`), 'size'],
    ['a number beyond 2^53', 2 ** 53, 'precision'],
  ])('%s is refused', (_, P, rule) => {
    expect(rulesOf(judge(any, { P }))).toEqual([`/P ${rule}`])
  })

  test('32 KiB are taken, 64 KiB in all are not exceeded', () => {
    const large = 'x'.repeat(32 * 1024)
    expect(judge(any, { P: large }).ok).toBe(true)
    const three = { properties: { A: {}, B: {}, C: {} } }
    expect(rulesOf(judge(three, { A: large, B: large }))).toEqual([' size'])
  })

  test('a secret is never shown, and a long value is cut', () => {
    expect(JSON.stringify(judge(any, { SECRET: 'hunter2' }))).not.toContain('hunter2')
    expect(JSON.stringify(judge(any, { SECRET: '$(hunter2)' }))).not.toContain('hunter2')
    expect(faultsOf(judge(oomkill, { REMEDIATION_ACTION: 'x'.repeat(900) }))[0]?.actual).toHaveLength(80)
  })

  test('a pattern that backtracks for ever does not match', () => {
    const slow = { properties: { P: { type: 'string', pattern: '^(a+)+$' } } }
    expect(rulesOf(judge(slow, { P: `${'a'.repeat(40)}!` }))).toEqual(['/P pattern'])
    expect(judge(slow, { P: 'aaa' }).ok).toBe(true)
  })

  test('a name that would reach a prototype is undeclared like any other', () => {
    const given = JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}')
    expect(rulesOf(judge(any, given))).toEqual(['/__proto__ undeclared', '/constructor undeclared'])
  })

  test('a flood of names is cut short', () => {
    const given = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`X${at}`, 1]))
    const faults = faultsOf(judge(any, given))
    expect(faults).toHaveLength(101)
    expect(faults.at(-1)?.message).toBe(
      "There are 400 more faults. Read the playbook's parameters and send only those.",
    )
  })
})
