// What an analysis wants run, on what: its target, its digest, and its choice among strategies.

import { describe, expect, test } from 'vitest'
import { chooseCandidate, confidenceOf } from '../../../shared/analysis/choose.ts'
import { decision, only, workflow } from './kit.ts'

const hex = 'ab'.repeat(32)

describe('the target', () => {
  test('is what the analysis found, not what the alert was about', () => {
    const signal = { targetResource: { kind: 'Pod', name: 'p', namespace: 'a' } }
    expect(decision({ ...workflow, signal }).target).toBeUndefined()
    const rootCauseAnalysis = {
      remediationTarget: { api_version: 'apps/v1', kind: 'Deployment', name: 'd', namespace: 'a' },
    }
    const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd', namespace: 'a' }
    expect(decision({ ...workflow, signal, rootCauseAnalysis }).target).toEqual(target)
  })

  test.each([
    ['a/Deployment/d', { kind: 'Deployment', name: 'd', namespace: 'a' }],
    ['Node/n', { kind: 'Node', name: 'n' }],
    ['n', undefined],
    [{ kind: 'Unknown', name: 'unknown', namespace: 'a' }, undefined],
    [{ kind: 'Node' }, undefined],
  ])('%j', (target_resource, target) => {
    expect(decision({ ...workflow, target_resource }).target).toEqual(target)
  })
})

describe('the digest', () => {
  const bundle = `quay.io/org/name@sha256:${hex}`
  test.each([
    ['from the bundle', { executionBundle: bundle }],
    ['without its prefix', { executionBundle: 'quay.io/org/name', executionBundleDigest: hex }],
    ['in both places', { executionBundle: bundle, executionBundleDigest: hex.toUpperCase() }],
  ])('%s', (_, fields) => {
    expect(only({ selectedWorkflow: { workflowId: 'w', ...fields } })).toMatchObject({
      digest: `sha256:${hex}`,
    })
  })

  test('a git commit is none', () => {
    expect(only({ selectedWorkflow: { workflowId: 'w', bundleDigest: 'ab'.repeat(20) } })).not.toHaveProperty(
      'digest',
    )
  })

  test('that contradicts the bundle is refused', () => {
    const analysis = decision({
      selectedWorkflow: { executionBundle: bundle, bundleDigest: 'cd'.repeat(32) },
    })
    expect(chooseCandidate(analysis)).toMatchObject({ kind: 'none', reason: 'Contradictory' })
  })
})

describe('the choice among strategies', () => {
  const choose = (...strategies: object[]): unknown => chooseCandidate(decision({ strategies }))
  const a = { playbook_id: 'a' }
  const b = { playbook_id: 'b' }

  test.each([
    [
      'the highest confidence',
      [
        { ...a, confidence: 0.2 },
        { ...b, confidence: '0.9' },
      ],
      'b',
    ],
    [
      'the selected one',
      [
        { ...a, selected: true, confidence: 0.1 },
        { ...b, confidence: 0.9 },
      ],
      'a',
    ],
    ['one with confidence before one without', [a, { ...b, confidence: 0 }], 'b'],
    [
      'one whose confidence is no confidence comes last',
      [
        { ...a, confidence: 97 },
        { ...b, confidence: 0.1 },
      ],
      'b',
    ],
    ['the only one, whatever it lacks', [a], 'a'],
  ])('%s', (_, strategies, playbook) => {
    expect(choose(...strategies)).toMatchObject({ playbook })
  })

  test.each([
    [
      'equal confidence',
      [
        { ...a, confidence: 0.5 },
        { ...b, confidence: 0.5 },
      ],
    ],
    ['no confidence at all', [a, b]],
    [
      'two selected',
      [
        { ...a, selected: true },
        { ...b, selected: 'true' },
      ],
    ],
  ])('%s is a tie that names both', (_, strategies) => {
    expect(choose(...strategies)).toMatchObject({ reason: 'Tie', message: expect.stringMatching(/"a", "b"/) })
  })

  test('parameters that are no object are refused', () => {
    expect(choose({ ...a, parameters: 'replicas=3' })).toMatchObject({ reason: 'Unreadable' })
    expect(choose({ ...a, parameters: [1] })).toMatchObject({ reason: 'Unreadable' })
    expect(choose({ ...a, parameters: null })).toMatchObject({ playbook: 'a', parameters: undefined })
  })
})

describe("a candidate's own brakes count", () => {
  const other = { playbook_id: 'b', confidence: 0.5 }
  const choose = (more: object): unknown =>
    chooseCandidate(decision({ strategies: [{ playbook_id: 'a', confidence: 0.9, ...more }, other] }))

  test.each([
    ['NeedsHumanReview', { needs_human_review: true }],
    ['NotActionable', { actionable: false }],
  ])('%s', (reason, brake) => {
    expect(choose(brake)).toMatchObject({ kind: 'none', reason })
  })

  test('not those of one that was not chosen', () => {
    const strategies = [
      { playbook_id: 'a', confidence: 0.9 },
      { ...other, needs_human_review: true },
    ]
    expect(chooseCandidate(decision({ strategies }))).toMatchObject({ playbook: 'a' })
  })

  test.each([true, 'yes', 1])('an approval that it asks for: %j', approval_required => {
    expect(choose({ approval_required })).toMatchObject({ approvalRequired: true })
  })
})

test.each([['high'], ['95%'], [95], [-1], [['0.9']]])(
  'a confidence of %j is none, and no other stands in for it',
  value => {
    const analysis = decision({ selected_workflow: { ...workflow, confidence: value }, confidence: 0.95 })
    const candidate = chooseCandidate(analysis)
    expect('kind' in candidate ? candidate : confidenceOf(analysis, candidate)).toBeUndefined()
  },
)
