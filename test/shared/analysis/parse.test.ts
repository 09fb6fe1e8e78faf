// One parser for every shape of analysis: spellings, wrappers, text, and why there is no decision.

import { describe, expect, test } from 'vitest'
import { parseAnalysis } from '../../../shared/analysis/parse.ts'
import { filesIn, readAnalysis } from './catalogue.ts'
import { only, workflow } from './kit.ts'

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
    ['the same in another word', { ...chosen, needs_human_review: 'Yes' }, 'NeedsHumanReview'],
    ['the same as a number', { ...chosen, needs_human_review: 1 }, 'NeedsHumanReview'],
    [
      'the same of the root cause',
      { ...chosen, root_cause_analysis: { needs_human_review: true } },
      'NeedsHumanReview',
    ],
    ['not actionable in another word', { ...chosen, actionable: 'no' }, 'NotActionable'],
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
