// One parser for every shape of analysis: spellings, wrappers, text, and why there is no decision.

import { describe, expect, test } from 'vitest'
import type { Analysis, Candidate } from '../../../shared/analysis/analysis.ts'
import { chooseCandidate } from '../../../shared/analysis/choose.ts'
import { parseAnalysis } from '../../../shared/analysis/parse.ts'
import { filesIn, readAnalysis } from './catalogue.ts'

function decision(data: unknown): Analysis {
  const analysis = parseAnalysis(data)
  if (analysis.kind === 'none') throw new Error(`${analysis.reason}: ${analysis.message}`)
  return analysis
}

function only(data: unknown): Candidate {
  const [candidate, ...others] = decision(data).candidates
  if (candidate === undefined || others.length > 0) throw new Error('one candidate was expected')
  return candidate
}

const hex = 'ab'.repeat(32)
const workflow = { workflow_id: 'w-1', parameters: { A: 1 } }

describe('the same choice in every shape', () => {
  const shapes: [string, unknown][] = [
    ['snake_case', { selected_workflow: workflow }],
    ['camelCase', { selectedWorkflow: { workflowId: 'w-1', parameters: { A: 1 } } }],
    ['flat', { workflow_id: 'w-1', parameters: { A: 1 } }],
    ['a bare id with fields beside it', { selectedWorkflow: 'w-1', _parameters: { A: 1 } }],
    ['strategies', { strategies: [{ playbook_id: 'w-1', parameters: { A: 1 } }] }],
    [
      'a custom resource',
      { kind: 'AIAnalysis', metadata: { name: 'x' }, status: { selectedWorkflow: workflow } },
    ],
    ['a transcript', { analysis: null, kaResponse: { analysis: 'prose', selectedWorkflow: workflow } }],
    [
      'an audit summary',
      { provider_response_summary: { selected_workflow_id: 'w-1' }, parameters: { A: 1 } },
    ],
    ['a JSON string', JSON.stringify({ selected_workflow: workflow })],
    ['a JSON string of a JSON string', JSON.stringify(JSON.stringify({ selected_workflow: workflow }))],
    [
      'prose around a block',
      `Here:\n\`\`\`json\n${JSON.stringify({ selected_workflow: workflow })}\n\`\`\`\nDone {x}.`,
    ],
    ['prose around braces', `Here: ${JSON.stringify({ selected_workflow: workflow })}. Done.`],
    ['parameters as JSON text', { selected_workflow: { ...workflow, parameters: '{"A":1}' } }],
    ['parameters as a list', { selected_workflow: { ...workflow, parameters: [{ name: 'A', value: 1 }] } }],
    [
      'unknown keys everywhere',
      { x: [1], selected_workflow: { ...workflow, y: { z: null } }, strategies: 3 },
    ],
  ]
  test.each(shapes)('%s', (_, data) => {
    expect(only(data)).toMatchObject({ playbook: 'w-1', parameters: { A: 1 } })
  })
})

test.each(filesIn('analyses'))('%s is read, or refused for a reason', file => {
  const analysis = parseAnalysis(readAnalysis(file))
  if (analysis.kind === 'decision') expect(analysis.candidates.length).toBeGreaterThan(0)
  else expect(['NoPlaybookChosen', 'NeedsHumanReview', 'NotActionable']).toContain(analysis.reason)
})

describe('no decision', () => {
  const chosen = { selected_workflow: workflow }
  const cases: [string, unknown, string][] = [
    ['nothing', null, 'Unreadable'],
    ['a list', [chosen], 'Unreadable'],
    ['plain prose', 'I could not find anything.', 'Unreadable'],
    ['an object too deep', JSON.parse(`${'{"a":'.repeat(60)}1${'}'.repeat(60)}`), 'Unreadable'],
    ['an empty object', {}, 'NoPlaybookChosen'],
    ['a null workflow', { selected_workflow: null }, 'NoPlaybookChosen'],
    ['an empty id', { selected_workflow: { workflow_id: ' ' } }, 'NoPlaybookChosen'],
    ['only alternatives', { alternative_workflows: [workflow] }, 'NoPlaybookChosen'],
    ['a wish for a person', { ...chosen, needs_human_review: true }, 'NeedsHumanReview'],
    [
      'the same as text, in a wrapper',
      { ...chosen, status: { needsHumanReview: 'true' } },
      'NeedsHumanReview',
    ],
    ['not actionable', { ...chosen, actionable: false }, 'NotActionable'],
    ['not actionable in words', { ...chosen, actionability: 'NotActionable' }, 'NotActionable'],
    ...['not_actionable', 'inconclusive', 'insufficient_data', 'problem_resolved'].map(
      (outcome): [string, unknown, string] => [
        outcome,
        { ...chosen, investigation_outcome: outcome },
        'NotActionable',
      ],
    ),
    ['a failed analysis', { ...chosen, phase: 'Failed' }, 'NotCompleted'],
  ]
  test.each(cases)('%s', (_, data, reason) => {
    expect(parseAnalysis(data)).toMatchObject({
      kind: 'none',
      reason,
      message: expect.stringMatching(/^[A-Z].*\.$/),
    })
  })

  test('keeps what is known of the case', () => {
    const data = {
      incident_id: 'i-1',
      rca_summary: 'Disk full',
      remediation_target: { kind: 'Node', name: 'n', namespace: '' },
    }
    expect(parseAnalysis(data)).toMatchObject({
      id: 'i-1',
      summary: 'Disk full',
      target: { kind: 'Node', name: 'n' },
    })
    expect(parseAnalysis(data)).not.toHaveProperty('target.namespace')
  })
})

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
