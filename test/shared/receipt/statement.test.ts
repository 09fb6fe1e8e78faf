// What a receipt says of each remediation, and what it never says.

import { describe, expect, test } from 'vitest'
import { canonicalDigest, digestSetOf } from '../../../shared/receipt/canonical.ts'
import { receiptOf } from '../../../shared/receipt/statement.ts'
import { ANNOTATION } from '../../../shared/remediation/marks.ts'
import { digest } from '../playbook/kit.ts'
import { remediation } from '../remediation/remediations.ts'
import { DENIED, ENDED, endedRun, runOf, STARTED } from './runs.ts'

const hashOf = (value: unknown) => ({ digest: digestSetOf(canonicalDigest(value)) })
const predicateOf = (...given: Parameters<typeof receiptOf>) => receiptOf(...given)?.predicate

test('carries all of a remediation that went well', () => {
  const run = endedRun({ policy: { version: '41', rule: 'confident', verdict: 'allow' } })
  const { name = '' } = run.metadata
  const { pipelineRef, params } = run.spec
  const key = { namespace: 'sre', name, uid: 'uid-of-run' }
  const values = { REPLICAS: '3', HOSTS: ['a', 'b'], LABELS: { tier: 'web' } }
  const shown = { HOSTS: { value: ['a', 'b'] }, LABELS: { value: { tier: 'web' } } }
  expect(receiptOf(run)).toStrictEqual({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      { name: `pipelineruns/sre/${name}`, ...hashOf({ ...key, pipelineRef, params }) },
      { name: 'registry.example/runbooks/scale', digest: { sha256: 'a'.repeat(64) } },
    ],
    predicateType: 'https://playbook.kubernaut.io/receipt/v1',
    predicate: {
      analysis: { source: '/analyses', id: '1', ...hashOf(remediation().analysis.data) },
      playbook: {
        namespace: 'sre',
        name: 'scale-down',
        version: '1.0.0+build.7',
        pipeline: 'scale-down',
        digest: { sha256: 'a'.repeat(64) },
        schema: digestSetOf(digest('f')),
      },
      target: 'shop/deployment/api',
      parameters: {
        before: {
          ...hashOf({ ...values, REPLICAS: 3 }),
          values: { ...shown, REPLICAS: { value: 3 } },
        },
        after: { ...hashOf(values), values: { ...shown, REPLICAS: { value: '3' } } },
      },
      policy: { version: '41', rule: 'confident', verdict: 'allow' },
      run: { ...key, serviceAccountName: 'scaler' },
      outcome: { finish: 'succeeded', reason: 'Succeeded', startedAt: STARTED, endedAt: ENDED },
    },
  })
})

describe('the outcome', () => {
  test.each([
    ['Succeeded', {}, 'succeeded'],
    ['Failed', {}, 'failed'],
    ['PipelineRunTimeout', {}, 'failed'],
    ['Cancelled', {}, 'cancelled'],
    ['Cancelled', DENIED, 'denied'],
    ['Cancelled', { [ANNOTATION.deniedBy]: 'expiry' }, 'expired'],
    ['Failed', DENIED, 'failed'],
  ])('%s with %j is %s', (reason, annotations, finish) => {
    expect(predicateOf(endedRun({}, { reason, annotations }))?.outcome).toMatchObject({ finish, reason })
  })

  test('there is no receipt before it', () => {
    const { status: _, ...run } = endedRun()
    expect(receiptOf(run)).toBeUndefined()
  })
})

describe('parameters', () => {
  const long = 'x'.repeat(257)
  const secret = { properties: { TOKEN: { type: 'string', writeOnly: true } } }
  test.each([
    ['as they were given', { A: 'a' }, { A: 'a' }, {}, { A: { value: 'a' } }, { A: { value: 'a' } }],
    ['coerced', { A: 3 }, { A: '3' }, {}, { A: { value: 3 } }, { A: { value: '3' } }],
    ['defaulted', {}, { A: 'a' }, {}, {}, { A: { value: 'a' } }],
    [
      'dropped',
      { A: 'a', B: 'b' },
      { A: 'a' },
      {},
      { A: { value: 'a' }, B: { value: 'b' } },
      { A: { value: 'a' } },
    ],
    [
      'of 256 bytes',
      { A: long.slice(1) },
      { A: long.slice(1) },
      {},
      { A: { value: long.slice(1) } },
      { A: { value: long.slice(1) } },
    ],
    ['longer', { A: long }, { A: long }, {}, { A: hashOf(long) }, { A: hashOf(long) }],
    [
      'long in bytes, not in characters',
      { A: 'é'.repeat(129) },
      { A: 'é'.repeat(129) },
      {},
      { A: hashOf('é'.repeat(129)) },
      { A: hashOf('é'.repeat(129)) },
    ],
    [
      'secret',
      { TOKEN: 'hush' },
      { TOKEN: 'hush' },
      secret,
      { TOKEN: hashOf('hush') },
      { TOKEN: hashOf('hush') },
    ],
    [
      'secret and coerced',
      { TOKEN: 17 },
      { TOKEN: '17' },
      secret,
      { TOKEN: hashOf(17) },
      { TOKEN: hashOf('17') },
    ],
  ])('%s', (_, given, values, schema, before, after) => {
    expect(predicateOf(runOf(given, values, schema))?.parameters).toStrictEqual({
      before: { ...hashOf(given), values: before },
      after: { ...hashOf(values), values: after },
    })
  })

  test('a secret stands nowhere in it, nor in what the run remembers for it', () => {
    const run = runOf({ TOKEN: 'hush-hush' }, { TOKEN: 'hush-hush!' }, secret)
    expect(JSON.stringify(receiptOf(run))).not.toContain('hush')
    expect(JSON.stringify(run.metadata)).not.toContain('hush')
  })

  test('too many to be shown are digests of all', () => {
    const values = Object.fromEntries(
      Array.from({ length: 250 }, (_, index) => [`P${index}`, 'y'.repeat(200)]),
    )
    const run = runOf({}, values)
    expect(predicateOf(run)?.parameters).toStrictEqual({ before: hashOf({}), after: hashOf(values) })
    expect(Buffer.byteLength(JSON.stringify(receiptOf(run)))).toBeLessThan(32_768)
    expect(run.metadata.annotations?.[ANNOTATION.given]?.length).toBeLessThan(5_000)
  })
})

test('says who approved, who denied, and why; long words as a digest', () => {
  const annotations = {
    [ANNOTATION.approvedBy]: 'ann',
    ...DENIED,
    [ANNOTATION.deniedBecause]: 'no '.repeat(100),
  }
  expect(predicateOf(endedRun({}, { reason: 'Cancelled', annotations }))?.approval).toStrictEqual({
    approvedBy: 'ann',
    deniedBy: 'dan',
    because: hashOf('no '.repeat(100)),
  })
})

test('a run from before there were receipts has one that says what is known', () => {
  const run = endedRun()
  const {
    [ANNOTATION.given]: _,
    [ANNOTATION.analysisDigest]: __,
    ...annotations
  } = run.metadata.annotations ?? {}
  const receipt = receiptOf({ ...run, metadata: { ...run.metadata, annotations } })
  expect(receipt?.predicate.analysis).toStrictEqual({ source: '/analyses', id: '1' })
  expect(receipt?.predicate.parameters.before).toStrictEqual({})
})

test('an annotation that somebody spoiled is left out', () => {
  const annotations = { [ANNOTATION.policy]: '{', [ANNOTATION.given]: 'x' }
  expect(predicateOf(endedRun({}, { annotations }))).not.toHaveProperty('policy')
})

test('is small enough for an annotation, also of the longest event and target', () => {
  const long = 'é'.repeat(4_095)
  const name = 'n'.repeat(253)
  const run = endedRun({
    analysis: { source: `/${long}`, id: `1${long}`, data: {} },
    target: { kind: name, name, namespace: name },
  })
  expect(Buffer.byteLength(JSON.stringify(receiptOf(run)))).toBeLessThanOrEqual(32_768)
})
