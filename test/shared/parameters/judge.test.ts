// Judging parameters: all faults at once, defaults, the platform's facts, dependencies, safety, and the Pipeline.

import { describe, expect, test } from 'vitest'
import { compileParameters } from '../../../shared/parameters/compile.ts'
import { judgeParameters } from '../../../shared/parameters/judge.ts'
import type { ParameterVerdict, RefusedParameters } from '../../../shared/parameters/parameters.ts'
import { targetOf } from '../../../shared/parameters/platform.ts'
import type { PipelineParam } from '../../../shared/playbook/playbook.ts'
import type { Target } from '../../../shared/remediation/target.ts'

interface More {
  readonly target?: Target
  readonly declared?: readonly PipelineParam[]
  readonly undeclared?: 'refuse' | 'drop'
}

function judge(
  source: unknown,
  given: Record<string, unknown> | undefined,
  more: More = {},
): ParameterVerdict {
  const compiled = compileParameters(source)
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.errors))
  const declared = compiled.flat.map(
    ({ name }): PipelineParam => ({ name, type: 'string', hasDefault: true }),
  )
  return judgeParameters(compiled, { given, declared, undeclared: 'refuse', ...more })
}

function faultsOf(verdict: ParameterVerdict): RefusedParameters['faults'] {
  return verdict.ok ? [] : verdict.faults
}

function rulesOf(verdict: ParameterVerdict): string[] {
  return faultsOf(verdict).map(fault => `${fault.path} ${fault.rule}`)
}

const oomkill = {
  playbook_id: 'oomkill',
  version: '1.0.0',
  parameters: [
    { name: 'REMEDIATION_ACTION', type: 'string', required: true, enum: ['scale_down', 'increase_memory'] },
    {
      name: 'SCALE_TARGET_REPLICAS',
      type: 'integer',
      minimum: 0,
      maximum: 100,
      default: 1,
      depends_on: { REMEDIATION_ACTION: ['scale_down'] },
    },
    {
      name: 'MEMORY_LIMIT_NEW',
      type: 'string',
      required: true,
      pattern: '^[0-9]+(Mi|Gi)$',
      depends_on: { REMEDIATION_ACTION: ['increase_memory'] },
    },
    { name: 'DRY_RUN', type: 'boolean' },
  ],
}
const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'api', namespace: 'shop' }
const facts = {
  parameters: ['TARGET_RESOURCE', 'TARGET_RESOURCE_NAME', 'TARGET_RESOURCE_KIND', 'TARGET_NAMESPACE'].map(
    name => ({ name }),
  ),
}

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

describe("the platform's facts", () => {
  test('are filled from the target, and recorded', () => {
    const filled = ['TARGET_RESOURCE', 'TARGET_RESOURCE_NAME', 'TARGET_RESOURCE_KIND', 'TARGET_NAMESPACE']
    const values = {
      TARGET_RESOURCE: 'shop/Deployment/api',
      TARGET_RESOURCE_NAME: 'api',
      TARGET_RESOURCE_KIND: 'Deployment',
      TARGET_NAMESPACE: 'shop',
    }
    expect(judge(facts, undefined, { target })).toMatchObject({ ok: true, filled, values })
    expect(targetOf(values)).toEqual({ kind: 'Deployment', name: 'api', namespace: 'shop' })
  })

  test('are dropped where the playbook does not ask', () => {
    const verdict = judge({ parameters: [] }, { TARGET_RESOURCE_API_VERSION: 'v1' }, { target })
    expect(verdict).toMatchObject({
      ok: true,
      values: {},
      dropped: [{ name: 'TARGET_RESOURCE_API_VERSION' }],
    })
  })

  test('asked for by the Pipeline alone are filled too', () => {
    const declared: PipelineParam[] = [{ name: 'TARGET_RESOURCE', type: 'string', hasDefault: false }]
    expect(judge({ parameters: [] }, {}, { target, declared })).toMatchObject({
      values: { TARGET_RESOURCE: 'shop/Deployment/api' },
    })
    expect(rulesOf(judge({ parameters: [] }, {}, { declared }))).toEqual(['/TARGET_RESOURCE required'])
  })

  test.each([
    [{ TARGET_RESOURCE_NAME: 'web' }, ['/TARGET_RESOURCE_NAME target']],
    [{ TARGET_NAMESPACE: '' }, ['/TARGET_NAMESPACE target']],
    [{ TARGET_RESOURCE: 'shop/Deployment/web' }, ['/TARGET_RESOURCE target']],
    [{ TARGET_RESOURCE_KIND: 'Unknown' }, ['/TARGET_RESOURCE_KIND target']],
    [{ TARGET_RESOURCE_KIND: 'deployment', TARGET_RESOURCE: 'shop/deployment/api' }, []],
  ])('%j against the target', (given, rules) => {
    expect(rulesOf(judge(facts, given, { target }))).toEqual(rules)
  })

  test('a cluster-scoped target has no namespace, so an empty one agrees and a named one does not', () => {
    const node = { kind: 'Node', name: 'n' }
    expect(judge(facts, { TARGET_NAMESPACE: '' }, { target: node })).toMatchObject({
      ok: true,
      values: { TARGET_RESOURCE: 'Node/n', TARGET_NAMESPACE: '' },
    })
    expect(rulesOf(judge(facts, { TARGET_NAMESPACE: 'shop' }, { target: node }))).toEqual([
      '/TARGET_NAMESPACE target',
    ])
  })

  test('a default never stands in for a fact', () => {
    const source = {
      parameters: [{ name: 'TARGET_RESOURCE', required: true, default: 'test/deployment/hello' }],
    }
    expect(judge(source, {}, { target })).toMatchObject({
      values: { TARGET_RESOURCE: 'shop/Deployment/api' },
      defaulted: [],
    })
    expect(judge(source, {})).toMatchObject({
      values: { TARGET_RESOURCE: 'test/deployment/hello' },
      defaulted: ['TARGET_RESOURCE'],
    })
  })
})

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

describe('what the Pipeline declares', () => {
  const source = {
    properties: {
      LIST: { type: 'array', items: { type: 'integer' } },
      MAP: { type: 'object' },
      TEXT: { type: 'string' },
    },
  }
  const declare = (type: PipelineParam['type'], ...names: string[]): PipelineParam[] =>
    names.map(name => ({ name, type, hasDefault: true }))

  test('gets lists and maps of text, or their JSON', () => {
    const given = { LIST: '["1", 2]', MAP: { a: 1, b: { c: true } } }
    const declared = [...declare('array', 'LIST'), ...declare('object', 'MAP')]
    expect(judge(source, given, { declared })).toMatchObject({
      values: { LIST: ['1', '2'], MAP: { a: '1', b: '{"c":true}' } },
    })
    expect(judge(source, given)).toMatchObject({
      values: { LIST: '[1,2]', MAP: '{"a":1,"b":{"c":true}}' },
      coerced: [{ name: 'LIST' }, { name: 'LIST/0' }],
    })
  })

  test('must be able to take the value, and must be given what it has no default for', () => {
    expect(rulesOf(judge(source, { TEXT: 'x' }, { declared: declare('array', 'TEXT') }))).toEqual([
      '/TEXT pipeline',
    ])
    expect(rulesOf(judge(source, { TEXT: 'x' }, { declared: [] }))).toEqual(['/TEXT pipeline'])
    expect(
      rulesOf(judge(source, {}, { declared: [{ name: 'TEXT', type: 'string', hasDefault: false }] })),
    ).toEqual(['/TEXT required'])
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
