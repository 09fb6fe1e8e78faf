// Judging parameters: all faults at once, each explained once, defaults and dependencies.

import { describe, expect, test } from 'vitest'
import { faultsOf, judge, oomkill, rulesOf } from './kit.ts'

test('names all faults at once, each as a sentence that says what to send', () => {
  const given = {
    REMEDIATION_ACTION: 'scale-down',
    SCALE_TARGET_REPLICA: 1,
    SCALE_TARGET_REPLICAS: '3.7',
    DRY_RUN: 'yes',
  }
  expect(faultsOf(judge(oomkill, given)).map(fault => fault.message)).toEqual([
    '"SCALE_TARGET_REPLICA" is not declared by the playbook. Did you mean SCALE_TARGET_REPLICAS? Otherwise leave it out.',
    'REMEDIATION_ACTION must be one of "scale_down", "increase_memory", but "scale-down" was given. Send one of them, such as "scale_down".',
    'SCALE_TARGET_REPLICAS must be a whole number between 0 and 100, but "3.7" was given. Send a whole number, such as 3.',
    'DRY_RUN must be true or false, but "yes" was given. Send true or false.',
    'SCALE_TARGET_REPLICAS must be given only while REMEDIATION_ACTION is exactly "scale_down", but REMEDIATION_ACTION is "scale-down". Leave SCALE_TARGET_REPLICAS out, or send REMEDIATION_ACTION accordingly.',
  ])
  const [fault] = faultsOf(judge(oomkill, { REMEDIATION_ACTION: 'scale_down', SCALE_TARGET_REPLICAS: '3.7' }))
  expect(fault).toEqual({
    path: '/SCALE_TARGET_REPLICAS',
    rule: 'type',
    expected: 'a whole number between 0 and 100',
    actual: '"3.7"',
    message:
      'SCALE_TARGET_REPLICAS must be a whole number between 0 and 100, but "3.7" was given. Send a whole number, such as 3.',
  })
})

describe('dependencies', () => {
  test('a default holds only while its condition does, and the condition may require', () => {
    expect(judge(oomkill, { REMEDIATION_ACTION: 'scale_down' })).toMatchObject({
      ok: true,
      values: { SCALE_TARGET_REPLICAS: '1' },
      defaulted: ['SCALE_TARGET_REPLICAS'],
    })
    const other = judge(oomkill, { REMEDIATION_ACTION: 'increase_memory', MEMORY_LIMIT_NEW: '1Gi' })
    expect(other).toMatchObject({ ok: true, defaulted: [], values: { MEMORY_LIMIT_NEW: '1Gi' } })
    expect(rulesOf(judge(oomkill, { REMEDIATION_ACTION: 'increase_memory' }))).toEqual([
      '/MEMORY_LIMIT_NEW required',
    ])
  })

  test('say nothing of a value that was refused for itself', () => {
    const source = { parameters: [{ name: 'A' }, { name: 'B', dependsOn: ['A'] }] }
    expect(rulesOf(judge(source, { A: '$(x)', B: 'y' }))).toEqual(['/A unsafe'])
  })

  test('a list means that the others must be there', () => {
    const source = { parameters: [{ name: 'A' }, { name: 'B', dependsOn: ['A'] }] }
    expect(rulesOf(judge(source, { B: 'x' }))).toEqual(['/B dependsOn'])
    expect(judge(source, { A: 'x', B: 'x' }).ok).toBe(true)
  })
})

describe('undeclared and null', () => {
  test('are dropped where the playbook says so', () => {
    expect(judge(oomkill, { REMEDIATION_ACTION: 'scale_down', X: 1 }, { undeclared: 'drop' })).toMatchObject({
      ok: true,
      dropped: [{ name: 'X' }],
    })
  })

  test('null is no value, unless the schema takes it', () => {
    expect(rulesOf(judge(oomkill, { REMEDIATION_ACTION: null }))).toContain('/REMEDIATION_ACTION required')
    const nullable = { properties: { P: { type: ['string', 'null'], default: 'x' } } }
    expect(judge(nullable, { P: null })).toMatchObject({ ok: true, values: {}, defaulted: [] })
  })
})

test('alternatives, references and nested objects are explained once', () => {
  const source = {
    properties: {
      PORT: { $ref: '#/$defs/port' },
      WHEN: { anyOf: [{ type: 'integer' }, { type: 'boolean' }] },
      BOX: {
        type: 'object',
        properties: { size: { type: 'integer', maximum: 3, default: 2 }, kind: { const: 'x' } },
        required: ['kind'],
        additionalProperties: false,
      },
    },
    $defs: { port: { type: 'integer', minimum: 1 } },
  }
  expect(judge(source, { PORT: '80', WHEN: 'true', BOX: '{"kind":"x"}' })).toMatchObject({
    ok: true,
    values: { PORT: '80', WHEN: 'true', BOX: '{"kind":"x","size":2}' },
    defaulted: ['BOX/size'],
  })
  const faults = faultsOf(judge(source, { PORT: '0', WHEN: 'soon', BOX: { size: 9, more: 1 } }))
  expect(faults.map(fault => fault.path).sort()).toEqual([
    '/BOX/kind',
    '/BOX/more',
    '/BOX/size',
    '/PORT',
    '/WHEN',
  ])
  expect(faults.find(fault => fault.path === '/BOX/size')?.message).toBe(
    'BOX (at /size) must be a whole number of at most 3, but 9 was given. Send a whole number, such as 3.',
  )
})
