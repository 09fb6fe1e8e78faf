// Whether what an analysis means may run: its age, its target as it is now, and the playbook's preconditions.

import { describe, expect, test } from 'vitest'
import type { Circumstances } from '../../../shared/decision/guard.ts'
import { policyOf } from '../../../shared/policy/parse.ts'
import { DEFAULTS } from '../../../shared/policy/policy.ts'
import type { Look } from '../../../shared/targets/look.ts'
import { type Given, refused, run, target } from './kit.ts'

const NOW = Date.parse('2026-01-31T12:00:00Z')

function found(metadata: object = {}, rest: object = {}): Look {
  const object = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'api', namespace: 'shop', ...metadata },
    ...rest,
  }
  return { kind: 'found', object }
}

function given(circumstances: Partial<Circumstances>, more: Given = {}): Given {
  return { ...more, analysis: { target, ...more.analysis }, circumstances: { now: NOW, ...circumstances } }
}

describe('an analysis is too old', () => {
  test.each<[string, Circumstances['times'], string]>([
    [
      'after its expirytime',
      { expirytime: '2026-01-31T11:59:59Z' },
      'The analysis expired at 2026-01-31T11:59:59Z. Send a new one.',
    ],
    [
      'at its expirytime',
      { expirytime: '2026-01-31T12:00:00Z' },
      'The analysis expired at 2026-01-31T12:00:00Z. Send a new one.',
    ],
    [
      'when its expirytime is none',
      { expirytime: 'soon' },
      'Its expirytime, "soon", is no time. Send the analysis with one like 2026-01-31T12:00:00Z.',
    ],
    [
      'after an hour',
      { time: '2026-01-31T10:59:00Z' },
      'The analysis is 61 min old, and at most 60 min are allowed. Send a new one.',
    ],
    [
      'after days',
      { time: '2026-01-28T12:00:00Z', expirytime: '2027-01-01T00:00:00Z' },
      'The analysis is 72 h old, and at most 60 min are allowed. Send a new one.',
    ],
    [
      'when it is from tomorrow',
      { time: '2026-02-01T12:00:00Z' },
      'The time of the analysis is 24 h ahead. Set the clock of its sender.',
    ],
  ])('%s', (_, times, message) => {
    expect(refused(given({ times }))).toMatchObject({ reason: 'StaleAnalysis', message, target })
  })

  test.each<[string, Circumstances['times']]>([
    ['before its expirytime', { expirytime: '2026-01-31T12:00:01Z' }],
    ['within the hour', { time: '2026-01-31T11:01:00Z' }],
    ['where clocks differ a little', { time: '2026-01-31T12:04:00Z' }],
    ['where nothing is said of time', {}],
  ])('not %s', (_, times) => {
    expect(run(given({ times })).kind).toBe('run')
  })

  test('sooner where the policy says so', () => {
    const policy = policyOf('v', { ...DEFAULTS, maxAnalysisAgeMs: 60_000 }, [])
    const times = { time: '2026-01-31T11:58:00Z' }
    expect(refused(given({ times, inForce: { policy } })).reason).toBe('StaleAnalysis')
  })
})

describe('the target', () => {
  test('that is gone is refused', () => {
    expect(refused(given({ look: { kind: 'gone' } }))).toMatchObject({
      reason: 'TargetGone',
      message: 'Deployment shop/api does not exist. Send a new analysis.',
    })
  })

  test.each([
    ['of another generation', { generation: 3 }, 'its generation was 3 and is 4'],
    ['of another resourceVersion', { resourceVersion: '7' }, 'its resourceVersion was 7 and is 8'],
  ])('%s has moved on', (_, observed, words) => {
    const look = found({ generation: 4, resourceVersion: '8' })
    const refusal = refused(given({ look }, { analysis: { observed } }))
    expect(refusal).toMatchObject({ reason: 'TargetMoved', message: expect.stringContaining(words) })
  })

  test('that is as it was may be changed', () => {
    const look = found({ generation: 4, resourceVersion: '8' })
    const observed = { generation: 4, resourceVersion: '8' }
    expect(run(given({ look }, { analysis: { observed } })).approval.required).toBe(false)
  })

  test('that may not be read needs an approval', () => {
    const look: Look = { kind: 'unreadable', why: 'It may not be read.' }
    expect(run(given({ look })).approval).toEqual({ required: true, reason: 'It may not be read.' })
  })

  test('whose state cannot be compared needs an approval', () => {
    const look = found()
    expect(run(given({ look }, { analysis: { observed: { generation: 1 } } })).approval.required).toBe(true)
  })
})

describe('a precondition', () => {
  const preconditions = [
    { expression: 'target.spec.replicas > 1', message: 'It has one replica only.' },
    { expression: 'int(parameters.REPLICAS) < 10' },
  ]

  test('that holds lets it run', () => {
    expect(run(given({ look: found({}, { spec: { replicas: 2 } }) }, { spec: { preconditions } })).kind).toBe(
      'run',
    )
  })

  test.each<[string, Look, Given, string]>([
    ['does not hold, in its own words', found({}, { spec: { replicas: 1 } }), {}, 'It has one replica only.'],
    [
      'does not hold, without words',
      found({}, { spec: { replicas: 2 } }),
      { candidate: { parameters: { REPLICAS: 12 } } },
      'The precondition "int(parameters.REPLICAS) < 10" does not hold.',
    ],
    [
      'cannot be judged',
      { kind: 'unreadable', why: 'No.' },
      {},
      'The precondition "target.spec.replicas > 1" cannot be judged: No such key: spec.',
    ],
  ])('that %s refuses', (_, look, more, message) => {
    expect(refused(given({ look }, { ...more, spec: { preconditions } }))).toMatchObject({
      reason: 'PreconditionFailed',
      message,
    })
  })
})

test('a denial of the policy is a refusal, with what decided', () => {
  expect(refused(given({}, { candidate: { confidence: 0.2 } }))).toMatchObject({
    reason: 'DeniedByPolicy',
    message: 'The confidence, 0.2, is below 0.7. Look into it by hand.',
    policy: { version: 'default', rule: 'default/confidence', verdict: 'deny' },
  })
})

test('without a confidence of its own a candidate has that of the analysis', () => {
  const { policy } = run(
    given({}, { candidate: { confidence: undefined as never }, analysis: { confidence: 0.75 } }),
  )
  expect(policy).toMatchObject({ rule: 'default/confidence', verdict: 'approve' })
})

test('a broken policy is noted on what it decides', () => {
  const inForce = { policy: policyOf('v', DEFAULTS, []), problem: 'It is broken.', suspended: 'Suspended.' }
  expect(run(given({ inForce }))).toMatchObject({
    notes: expect.arrayContaining(['It is broken.']),
    suspended: 'Suspended.',
  })
})

describe('a protected namespace that only the parameters name', () => {
  test.each<[string, object]>([
    ['alone', { TARGET_NAMESPACE: 'kube-system' }],
    ['in capitals', { TARGET_NAMESPACE: ' Kube-System' }],
  ])('%s is denied', (_, parameters) => {
    expect(refused({ candidate: { parameters: { REPLICAS: 3, ...parameters } } })).toMatchObject({
      reason: 'DeniedByPolicy',
      policy: { rule: 'default/protected-namespace' },
    })
  })

  test('another one is not', () => {
    const parameters = { REPLICAS: 3, TARGET_NAMESPACE: 'shop' }
    expect(run({ candidate: { parameters } }).approval.required).toBe(false)
  })
})

describe('a target that turns out to have no namespace', () => {
  const kind = 'ClusterSecretStore'
  const named = { apiVersion: 'external-secrets.io/v1', kind, name: 'vault', namespace: 'shop' }
  const live = { apiVersion: 'external-secrets.io/v1', kind, metadata: { name: 'vault' } }

  test('needs an approval, and is one target whatever namespace the analysis gives it', () => {
    const look: Look = { kind: 'found', object: live }
    const decision = run({ analysis: { target: named }, circumstances: { look } })
    expect(decision.policy.rule).toBe('default/cluster-scoped')
    expect(decision.target).toEqual({ apiVersion: 'external-secrets.io/v1', kind, name: 'vault' })
  })
})
