// A receipt against what was kept: it holds as it was written, and not when anything in it was changed.

import { describe, expect, test } from 'vitest'
import { correlationOf } from '../../../shared/events/identity.ts'
import { compileParameters, schemaDigestOf } from '../../../shared/parameters/compile.ts'
import type { CompiledParameters } from '../../../shared/parameters/parameters.ts'
import { type Claim, checkClaims, type Evidence } from '../../../shared/receipt/claims.ts'
import type { Receipt } from '../../../shared/receipt/receipt.ts'
import { receiptOf } from '../../../shared/receipt/statement.ts'
import { ANNOTATION, type PipelineRun } from '../../../shared/remediation/marks.ts'
import { digest } from '../playbook/kit.ts'
import { remediation } from '../remediation/remediations.ts'
import { analysisOf, endedRun } from './runs.ts'

const compiled = compileParameters({
  type: 'object',
  properties: { REPLICAS: { type: 'integer', default: 1 }, TOKEN: { type: 'string', writeOnly: true } },
}) as CompiledParameters
const event = { source: '/analyses', id: '1', data: analysisOf({ REPLICAS: 3, TOKEN: 'hush' }) }
const base = remediation()
const params = ['REPLICAS', 'TOKEN'].map(name => ({ name, type: 'string', hasDefault: false }) as const)
const bundle = { digest: digest('a'), schema: { digest: schemaDigestOf(compiled), compiled }, params }

function written(): PipelineRun {
  const run = endedRun(
    {
      correlationId: correlationOf(event),
      analysis: event,
      values: { REPLICAS: '3', TOKEN: 'hush' },
      release: { ...base.release, schema: compiled.schema, schemaDigest: schemaDigestOf(compiled) },
      policy: { version: '41', rule: 'confident', verdict: 'allow' },
    },
    { annotations: { [ANNOTATION.approvedBy]: 'ann' } },
  )
  const annotations = { ...run.metadata.annotations, [ANNOTATION.receipt]: JSON.stringify(receiptOf(run)) }
  return { ...run, metadata: { ...run.metadata, annotations } }
}

const run = written()
const receipt = receiptOf(run) as Receipt
const whole: Evidence = { event, bundle, run }
const named = (claims: readonly Claim[], verdict: Claim['verdict']): string[] =>
  claims.filter(each => each.verdict === verdict).map(({ claim }) => claim)

test('every claim holds, of what was kept as it was', () => {
  const claims = checkClaims(receipt, whole)
  expect(claims.filter(({ verdict }) => verdict !== 'ok')).toEqual([])
  expect(claims.length).toBeGreaterThan(14)
})

test('it holds however the event was written down', () => {
  const text = JSON.stringify(
    { selected_workflow: { parameters: { TOKEN: 'hush', REPLICAS: 3.0 }, workflow_id: 'scale-down' } },
    null,
    4,
  )
  expect(named(checkClaims(receipt, { event: { ...event, data: JSON.parse(text) } }), 'differs')).toEqual([])
})

/** The receipt with one member changed. */
function forged(path: string, value: unknown): Receipt {
  const copy = structuredClone(receipt) as unknown as Record<string, unknown>
  const steps = path.split('.')
  const last = steps.pop() ?? ''
  const at = steps.reduce((object, step) => object[step] as Record<string, unknown>, copy)
  at[last] = value
  return copy as unknown as Receipt
}

const other = { sha256: '0'.repeat(64) }
describe('a receipt in which somebody changed', () => {
  test.each([
    ['subject.0.digest', other],
    ['subject.0.name', 'pipelineruns/sre/another'],
    ['subject.1.digest', other],
    ['predicate.analysis.id', '2'],
    ['predicate.analysis.digest', other],
    ['predicate.playbook.digest', other],
    ['predicate.playbook.version', '2.0.0'],
    ['predicate.playbook.schema', other],
    ['predicate.target', 'shop/deployment/web'],
    ['predicate.parameters.before.values.REPLICAS', { value: 1 }],
    ['predicate.parameters.after.values.REPLICAS', { value: '1' }],
    ['predicate.parameters.after.values.TOKEN', { digest: other }],
    ['predicate.parameters.after.digest', other],
    ['predicate.policy.rule', 'everything'],
    ['predicate.policy', undefined],
    ['predicate.approval.approvedBy', 'mallory'],
    ['predicate.run.uid', 'another'],
    ['predicate.run.serviceAccountName', 'admin'],
    ['predicate.outcome.finish', 'failed'],
    ['predicate.outcome.endedAt', '2026-03-01T12:00:08Z'],
  ])('%s does not hold', (path, value) => {
    expect(named(checkClaims(forged(path, value), whole), 'differs')).not.toEqual([])
  })
})

describe('without a run, event and bundle alone give away', () => {
  test.each([
    ['predicate.analysis.source', '/other', ['the run is named after the analysis', 'analysis event']],
    ['predicate.analysis.digest', other, ['analysis data']],
    ['predicate.playbook.digest', other, ['the subjects are the run and the bundle', 'bundle']],
    ['predicate.playbook.schema', other, ['schema']],
    ['predicate.parameters.before.values.REPLICAS', { value: 9 }, ['parameters before']],
    ['predicate.parameters.after.values.REPLICAS', { value: '9' }, ['parameters after']],
    ['predicate.parameters.after.values.EXTRA', { value: 'x' }, ['parameters after']],
  ])('a changed %s', (path, value, claims) => {
    expect(named(checkClaims(forged(path, value), { event, bundle }), 'differs')).toEqual(claims)
  })
})

describe('what was kept of another remediation', () => {
  const another = { ...event, data: analysisOf({ REPLICAS: 5, TOKEN: 'hush' }) }
  test.each<[string, Evidence, string[]]>([
    ['event', { event: another, bundle }, ['analysis data', 'parameters before', 'parameters after']],
    [
      'event that the schema refuses',
      { event: { ...event, data: analysisOf({ REPLICAS: 'x' }) }, bundle },
      ['analysis data', 'parameters before', 'parameters after'],
    ],
    ['bundle', { bundle: { ...bundle, digest: digest('b') } }, ['bundle']],
    [
      'run that has not ended',
      { run: (({ status: _, ...rest }) => rest)(run) },
      [
        'run: subject',
        'run: analysis',
        'run: run',
        'run: playbook',
        'run: target',
        'run: parameters',
        'run: policy',
        'run: approval',
        'run: outcome',
      ],
    ],
  ])('%s', (_, evidence, claims) => {
    expect(named(checkClaims(receipt, evidence), 'differs')).toEqual(claims)
  })
})

test('what was not kept is unchecked, never ok', () => {
  const claims = checkClaims(receipt, {})
  expect(named(claims, 'ok')).toEqual([
    'the run is named after the analysis',
    'the subjects are the run and the bundle',
  ])
  expect(named(claims, 'differs')).toEqual([])
  expect(claims.filter(({ verdict }) => verdict === 'unchecked').map(({ detail }) => detail)).toContain(
    'needs --event',
  )
})

test('a secret of the kept event stands in no claim', () => {
  const data = analysisOf({ REPLICAS: 3, TOKEN: 'other-secret' })
  const claims = checkClaims(receipt, { ...whole, event: { ...event, data } })
  expect(named(claims, 'differs')).toContain('parameters after')
  expect(JSON.stringify(claims)).not.toContain('secret"')
  expect(JSON.stringify(claims)).not.toContain('other-secret')
})
